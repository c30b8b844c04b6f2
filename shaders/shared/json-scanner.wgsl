// Reads one JSON object straight from bytes: what engine/toast/byte-scanner.ts takes, this takes. One loop and one
// place where tokens are read, for drivers put every call of a function in line.
//
// What the object's members mean is the including kernel's business:
//   fn onKey()                   the text is the key of a member of the object itself
//   fn onScalar(token, depth)    its value (depth 1), or something inside its value
//   fn onOpen(token, inside)     the value, or one inside it, is an array or an object
//   fn onClose(isEmpty)          the array or object that is the value ends

const NESTING_MAX = 25u; // the object itself and 24 in it

const END = 0u;
const OBJECT = 0x7bu;
const OBJECT_END = 0x7du;
const ARRAY = 0x5bu;
const ARRAY_END = 0x5du;
const COLON = 0x3au;
const COMMA = 0x2cu;
const TEXT = 0x22u;
const NUMBER = 0x30u;
const WORD = 0x77u;
const BAD = 0xffu;

const AT_VALUE = 0u;
const AT_FIRST_KEY = 1u;
const AT_KEY = 2u;
const AT_COLON = 3u;
const AT_FIRST_ELEMENT = 4u;
const BEHIND_VALUE = 5u;
const DONE = 6u;

var<private> at: u32;
var<private> stop: u32;
/// The text last read: its bytes between the quotes.
var<private> textStart: u32;
var<private> textEnd: u32;
var<private> textEscaped: bool;
/// The number last read: its whole part and what else there is to it.
var<private> whole: u32;
var<private> isTooLarge: bool;
var<private> isNegative: bool;
var<private> isPlain: bool;

/// The byte here; END at the end, and where there is a zero, which no JSON has outside of texts.
fn peek() -> u32 {
  if (at >= stop) {
    return END;
  }
  return byteAt(at);
}

fn isDigit(byte: u32) -> bool {
  return byte - 0x30u <= 9u;
}

fn nextToken() -> u32 {
  var byte = peek();
  while (byte == 0x20u || byte == 0x0du || byte == 0x0au || byte == 0x09u) {
    at++;
    byte = peek();
  }
  if (at >= stop) {
    return END;
  }
  if (byte == 0x2du || isDigit(byte)) {
    return readNumber(byte);
  }
  at++;
  switch byte {
    case OBJECT, OBJECT_END, ARRAY, ARRAY_END, COLON, COMMA: {
      return byte;
    }
    case TEXT: {
      return readText();
    }
    case 0x74u: {
      return readWord(0x00657572u, 3u); // true
    }
    case 0x66u: {
      return readWord(0x65736c61u, 4u); // false
    }
    case 0x6eu: {
      return readWord(0x006c6c75u, 3u); // null
    }
    default: {
      return BAD;
    }
  }
}

fn readWord(word: u32, length: u32) -> u32 {
  if (stop - at < length) {
    return BAD;
  }
  var same = true;
  for (var i = 0u; i < length; i++) {
    same = same && byteAt(at + i) == ((word >> (8u * i)) & 255u);
  }
  at += length;
  return select(BAD, WORD, same);
}

fn readText() -> u32 {
  textStart = at;
  textEscaped = false;
  while (at < stop) {
    let byte = byteAt(at);
    at++;
    if (byte == TEXT) {
      textEnd = at - 1u;
      return TEXT;
    }
    if (byte < 0x20u) {
      return BAD;
    }
    if (byte == 0x5cu) {
      textEscaped = true;
      at++;
    }
  }
  return BAD;
}

/// Whole part, fraction and exponent in one pass.
fn readNumber(head: u32) -> u32 {
  isNegative = head == 0x2du;
  isTooLarge = false;
  isPlain = true;
  whole = 0u;
  at += select(0u, 1u, isNegative);
  let leadingZero = peek() == 0x30u;
  var part = 0u; // 0 whole, 1 fraction, 2 exponent
  var digits = 0u;
  loop {
    let byte = peek();
    if (isDigit(byte)) {
      let digit = byte - 0x30u;
      if (part == 0u) {
        isTooLarge = isTooLarge || whole > 429496729u || (whole == 429496729u && digit > 5u);
        whole = whole * 10u + digit;
        if (leadingZero && digits > 0u) {
          return BAD;
        }
      }
      digits++;
      at++;
      continue;
    }
    if (digits == 0u) {
      return BAD;
    }
    let isPoint = byte == 0x2eu && part == 0u;
    let isExponent = (byte | 0x20u) == 0x65u && part < 2u;
    if (!isPoint && !isExponent) {
      return NUMBER;
    }
    isPlain = false;
    part = select(2u, 1u, isPoint);
    digits = 0u;
    at++;
    if (isExponent && (peek() == 0x2bu || peek() == 0x2du)) {
      at++;
    }
  }
}

/// Is the number last read a whole one, 0..limit?
fn isWhole(limit: u32) -> bool {
  return !isTooLarge && whole <= limit && !(isNegative && whole != 0u);
}

/// The first twelve bytes of the text, four in a word, if it is that short and has no escape; else ones.
fn textWords() -> vec3u {
  var words = vec3u();
  let length = textEnd - textStart;
  if (length > 12u || textEscaped) {
    return vec3u(0xffffffffu);
  }
  for (var i = 0u; i < length; i++) {
    words[i / 4u] |= byteAt(textStart + i) << (8u * (i & 3u));
  }
  return words;
}

/// The bytes [begin, end) are one object and nothing else.
fn readObject(begin: u32, end: u32) -> bool {
  at = begin;
  stop = end;
  var state = AT_VALUE;
  var depth = 0u;
  var objects = 0u; // a bit for each open one: 1 an object, 0 an array
  loop {
    let token = nextToken();
    if (token == BAD) {
      return false;
    }
    if (state == DONE || token == END) {
      return state == DONE && token == END;
    }
    let isObject = (objects & 1u) != 0u;
    let closing = (token == OBJECT_END && isObject && (state == AT_FIRST_KEY || state == BEHIND_VALUE)) ||
      (token == ARRAY_END && !isObject && (state == AT_FIRST_ELEMENT || state == BEHIND_VALUE));
    if (closing) {
      if (depth == 2u) {
        onClose(state != BEHIND_VALUE);
      }
      depth--;
      objects >>= 1u;
      state = select(BEHIND_VALUE, DONE, depth == 0u);
      continue;
    }
    switch state {
      case AT_FIRST_KEY, AT_KEY: {
        if (token != TEXT) {
          return false;
        }
        if (depth == 1u) {
          onKey();
        }
        state = AT_COLON;
      }
      case AT_COLON: {
        if (token != COLON) {
          return false;
        }
        state = AT_VALUE;
      }
      case BEHIND_VALUE: {
        if (token != COMMA) {
          return false;
        }
        state = select(AT_VALUE, AT_KEY, isObject);
      }
      default: {
        if (token == OBJECT || token == ARRAY) {
          if (depth == NESTING_MAX || (depth == 0u && token == ARRAY)) {
            return false;
          }
          if (depth > 0u) {
            onOpen(token, depth > 1u);
          }
          depth++;
          objects = (objects << 1u) | select(0u, 1u, token == OBJECT);
          state = select(AT_FIRST_ELEMENT, AT_FIRST_KEY, token == OBJECT);
        } else {
          if (depth == 0u || (token != TEXT && token != NUMBER && token != WORD)) {
            return false;
          }
          onScalar(token, depth);
          state = BEHIND_VALUE;
        }
      }
    }
  }
}
