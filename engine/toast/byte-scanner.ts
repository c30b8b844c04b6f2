// Reads JSON straight from bytes: no strings, no objects, no recursion, nothing allocated. Each method either
// takes what it names and moves on, or returns false; after a false the position says nothing.
// The outside world wrote the bytes: nothing at or behind `end` is looked at.

const NESTING_MAX = 24;
const MANTISSA_LIMIT = 1e16;
const EXPONENT_LIMIT = 10000;
const WHOLE_DIGITS = 9;

const POWERS_OF_TEN = Float64Array.from({ length: 309 }, (_, n) => Number(`1e${n}`));

export class ByteScanner {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** The number last taken, nearest double (exact for up to 15 digits). */
  number = 0.5;
  /** The text last taken: its bytes between the quotes. */
  textStart = 0;
  textEnd = 0;
  textEscaped = false;
  /** For nested values skipped: 1 where an object is open, 0 for an array. */
  private readonly nesting = new Uint8Array(NESTING_MAX);

  begin(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** The byte here, or -1 at the end. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at] : -1;
  }

  skipSpace(): void {
    while (this.at < this.end) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0d && byte !== 0x0a && byte !== 0x09) return;
      this.at++;
    }
  }

  /** Takes one byte after any space. */
  take(byte: number): boolean {
    this.skipSpace();
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Nothing but space is left. */
  atEnd(): boolean {
    this.skipSpace();
    return this.at >= this.end;
  }

  /** Takes a whole number 0..max; returns it, or -1. Short ones, the rule, never become a double. */
  takeWhole(max: number): number {
    this.skipSpace();
    const { bytes, end } = this;
    let at = this.at;
    let value = 0;
    for (const limit = Math.min(end, at + WHOLE_DIGITS); at < limit; at++) {
      const digit = bytes[at] - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const next = at < end ? bytes[at] : 0x2c;
    const plain = at > this.at && (bytes[this.at] !== 0x30 || at === this.at + 1);
    if (plain && (next === 0x2c || next === 0x7d || next === 0x5d || next === 0x20)) {
      this.at = at;
      return value <= max ? value : -1;
    }
    if (!this.takeNumber()) return -1;
    const { number } = this;
    return number >= 0 && number <= max && Math.floor(number) === number ? number : -1;
  }

  /** Takes a JSON number into `number`. */
  takeNumber(): boolean {
    this.skipSpace();
    const { bytes, end } = this;
    let at = this.at;
    const negative = at < end && bytes[at] === 0x2d;
    if (negative) at++;
    const first = at;
    let value = 0;
    let exponent = 0;
    for (; at < end; at++) {
      const digit = bytes[at] - 0x30;
      if (digit < 0 || digit > 9) break;
      if (value < MANTISSA_LIMIT) value = value * 10 + digit;
      else exponent++;
    }
    if (at === first || (at - first > 1 && bytes[first] === 0x30)) return false;
    this.at = at;
    this.number = negative ? -value : value;
    if (exponent === 0 && (at >= end || (bytes[at] !== 0x2e && (bytes[at] | 0x20) !== 0x65))) return true;
    return this.takeFraction(exponent);
  }

  /** What may follow a number's whole part, which `number` holds. */
  private takeFraction(wholeExponent: number): boolean {
    const { bytes, end } = this;
    let mantissa = Math.abs(this.number);
    let exponent = wholeExponent;
    const negative = this.number < 0 || Object.is(this.number, -0);
    if (this.at < end && bytes[this.at] === 0x2e) {
      const first = ++this.at;
      for (; this.at < end; this.at++) {
        const digit = bytes[this.at] - 0x30;
        if (digit < 0 || digit > 9) break;
        if (mantissa >= MANTISSA_LIMIT) continue;
        mantissa = mantissa * 10 + digit;
        exponent--;
      }
      if (this.at === first) return false;
    }
    if (this.at < end && (bytes[this.at] | 0x20) === 0x65) {
      this.at++;
      const written = this.takeExponent();
      if (written > EXPONENT_LIMIT) return false;
      exponent += written;
    }
    const magnitude = scale(mantissa, exponent);
    this.number = negative ? -magnitude : magnitude;
    return true;
  }

  /** The signed digits after an `e`, held within the limit; above the limit when there are none. */
  private takeExponent(): number {
    const { bytes, end } = this;
    const sign = this.at < end ? bytes[this.at] : 0;
    if (sign === 0x2b || sign === 0x2d) this.at++;
    const first = this.at;
    let value = 0;
    for (; this.at < end; this.at++) {
      const digit = bytes[this.at] - 0x30;
      if (digit < 0 || digit > 9) break;
      value = Math.min(EXPONENT_LIMIT, value * 10 + digit);
    }
    if (this.at === first) return EXPONENT_LIMIT + 1;
    return sign === 0x2d ? -value : value;
  }

  /** Takes a JSON text; its bytes stay where they are, escapes and all. */
  takeText(): boolean {
    if (!this.take(0x22)) return false;
    const { bytes, end } = this;
    let escaped = false;
    this.textStart = this.at;
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at];
      if (byte === 0x22) {
        this.textEnd = at;
        this.textEscaped = escaped;
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte === 0x5c) {
        escaped = true;
        at++;
      }
    }
    return false;
  }

  textIs(expected: Uint8Array): boolean {
    const length = this.textEnd - this.textStart;
    if (length !== expected.length || this.textEscaped) return false;
    for (let i = 0; i < length; i++) if (this.bytes[this.textStart + i] !== expected[i]) return false;
    return true;
  }

  /** The text as a number, first byte lowest, if it has at most three bytes and no escape; else 0. */
  textCode(): number {
    const length = this.textEnd - this.textStart;
    if (length > 3 || length === 0 || this.textEscaped) return 0;
    let code = this.bytes[this.textStart];
    if (length > 1) code |= this.bytes[this.textStart + 1] << 8;
    if (length > 2) code |= this.bytes[this.textStart + 2] << 16;
    return code;
  }

  /** Skips one value of any kind, nested ones to a limited depth. */
  skipValue(): boolean {
    let depth = 0;
    for (;;) {
      this.skipSpace();
      const byte = this.peek();
      if (byte === 0x7b || byte === 0x5b) {
        if (depth === NESTING_MAX) return false;
        this.nesting[depth++] = byte === 0x7b ? 1 : 0;
        this.at++;
        this.skipSpace();
        if (this.peek() !== byte + 2) {
          if (byte === 0x7b && !this.takeKey()) return false;
          continue;
        }
        this.at++;
        depth--;
      } else if (!this.skipScalar(byte)) return false;
      // After a value: close what ends here, or go on to the next member.
      while (depth > 0 && this.take(this.nesting[depth - 1] === 1 ? 0x7d : 0x5d)) depth--;
      if (depth === 0) return true;
      if (!this.take(0x2c) || (this.nesting[depth - 1] === 1 && !this.takeKey())) return false;
    }
  }

  /** Takes `"key":`; the key is the text. */
  takeKey(): boolean {
    return this.takeText() && this.take(0x3a);
  }

  private skipScalar(byte: number): boolean {
    if (byte === 0x22) return this.takeText();
    if (byte === 0x74) return this.skipWord(0x74, 0x72, 0x75, 0x65, 0);
    if (byte === 0x66) return this.skipWord(0x66, 0x61, 0x6c, 0x73, 0x65);
    if (byte === 0x6e) return this.skipWord(0x6e, 0x75, 0x6c, 0x6c, 0);
    return this.takeNumber();
  }

  private skipWord(a: number, b: number, c: number, d: number, e: number): boolean {
    const { bytes, at } = this;
    const length = e === 0 ? 4 : 5;
    if (this.end - at < length) return false;
    this.at = at + length;
    return (
      bytes[at] === a &&
      bytes[at + 1] === b &&
      bytes[at + 2] === c &&
      bytes[at + 3] === d &&
      (e === 0 || bytes[at + 4] === e)
    );
  }
}

function scale(mantissa: number, exponent: number): number {
  if (mantissa === 0 || exponent === 0) return mantissa;
  if (exponent > 308) return Number.POSITIVE_INFINITY;
  if (exponent > 0) return mantissa * POWERS_OF_TEN[exponent];
  if (exponent >= -308) return mantissa / POWERS_OF_TEN[-exponent];
  return exponent >= -616 ? mantissa / POWERS_OF_TEN[308] / POWERS_OF_TEN[-exponent - 308] : 0;
}
