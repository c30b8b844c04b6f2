// The MIDI half of jsonl-parse: what the members of a line's object make. As engine/toast/midi-compact-reader.ts.

fn takeDataByte(token: u32) {
  unusual = unusual || (token == NUMBER && !isPlain);
  if (token != NUMBER || !isWhole(255u)) {
    valid = false;
    return;
  }
  if (dataBytes == 0u) {
    dataFirst = whole;
  } else if (whole >= 0x80u) {
    dataHigh++;
  }
  dataLast = whole;
  dataWord |= whole << (8u * (dataBytes & 3u));
  data[record.dataAt + dataBytes / 4u] = dataWord;
  if (dataBytes < 4u) {
    dataHead = dataWord;
  }
  dataBytes++;
  if ((dataBytes & 3u) == 0u) {
    dataWord = 0u;
  }
}

fn valueOf(code: u32) -> u32 {
  switch code {
    case 0x63u: { return CHANNEL; }
    case 0x6eu: { return NOTE; }
    case 0x76u: { return VELOCITY; }
    case 0x6363u: { return CONTROLLER; }
    case 0x6c6176u: { return VALUE; }
    case 0x70u: { return PROGRAM; }
    case 0x62u: { return BEND; }
    case 0x7270u: { return PRESSURE; }
    default: { return ABSENT; }
  }
}

fn isMidiKey() -> bool {
  return key.x == KEY_KIND || key.x == KEY_DATA || key.x == KEY_FRAME || key.x == KEY_NUMBER || valueOf(key.x) != ABSENT;
}

fn onMidiMember(token: u32) {
  let value = valueOf(key.x);
  if (key.x == KEY_KIND) {
    let words = textWords();
    kind = select(0u, words.x, words.y == 0u);
    valid = valid && token == TEXT;
    return;
  }
  if (!isMidiKey()) {
    return;
  }
  unusual = unusual || (token == NUMBER && !isPlain);
  var limit = 127u;
  if (key.x == KEY_FRAME) {
    limit = select(0x7fffffffu, 0x80000000u, isNegative);
    valid = valid && token == NUMBER && !isTooLarge && whole <= limit;
    record.frameOffset = select(i32(whole), -i32(whole), isNegative);
    return;
  }
  if (key.x == KEY_NUMBER) {
    limit = 0xffffffffu;
    record.hasNumber = 1u;
    record.eventNumber = whole;
  } else if (value == CHANNEL) {
    limit = 16u;
  } else if (value == BEND) {
    limit = 16383u;
  }
  let fits = key.x != KEY_DATA && token == NUMBER && isWhole(limit) && !(value == CHANNEL && whole == 0u);
  valid = valid && fits;
  if (value != ABSENT) {
    values[value] = whole;
  }
}

fn setMessage(length: u32, message: u32) -> bool {
  record.byteLength = length;
  record.message = message;
  return true;
}

/// Bytes of a message by its status byte; 0: any length; 255: not a status that MIDI 1.0 defines.
fn messageBytes(status: u32) -> u32 {
  if (status < 0x80u) {
    return 255u;
  }
  if (status < 0xf0u) {
    return select(3u, 2u, (status & 0xe0u) == 0xc0u);
  }
  switch status {
    case 0xf0u: { return 0u; }
    case 0xf2u: { return 3u; }
    case 0xf1u, 0xf3u: { return 2u; }
    case 0xf4u, 0xf5u, 0xf7u, 0xf9u, 0xfdu: { return 255u; }
    default: { return 1u; }
  }
}

/// The bytes of `d`, if they are a message that has no other form than this kind's.
fn emitData(isSysex: bool) -> bool {
  if (dataBytes == 0u) {
    return false;
  }
  let expected = messageBytes(dataFirst);
  var formed = expected == dataBytes && dataHigh == 0u;
  if (expected == 0u) {
    formed = dataBytes > 1u && dataLast == 0xf7u && dataHigh == 1u;
  }
  let fitting = select(dataFirst > 0xf1u, dataFirst == 0xf0u, isSysex);
  return formed && fitting && setMessage(dataBytes, select(0u, dataHead, dataBytes <= 4u));
}

/// The message that the members make, if they make one.
fn emit() -> bool {
  var status = 0u;
  var first = ABSENT;
  var second = 0u;
  switch kind {
    case 0x2b6eu: { status = 0x90u; first = values[NOTE]; second = values[VELOCITY]; }
    case 0x2d6eu: { status = 0x80u; first = values[NOTE]; second = values[VELOCITY]; }
    case 0x7461u: { status = 0xa0u; first = values[NOTE]; second = values[PRESSURE]; }
    case 0x6363u: { status = 0xb0u; first = values[CONTROLLER]; second = values[VALUE]; }
    case 0x6370u: { status = 0xc0u; first = values[PROGRAM]; }
    case 0x7063u: { status = 0xd0u; first = values[PRESSURE]; }
    case 0x6270u: {
      status = 0xe0u;
      if (values[BEND] != ABSENT) {
        first = values[BEND] & 127u;
        second = values[BEND] >> 7u;
      }
    }
    case 0x6374u: { return values[VALUE] != ABSENT && setMessage(2u, 0xf1u | (values[VALUE] << 8u)); }
    case 0x7873u: { return emitData(true); }
    case 0x7472u: { return emitData(false); }
    default: { return false; }
  }
  let channel = values[CHANNEL];
  if (channel == ABSENT || first == ABSENT || second == ABSENT) {
    return false;
  }
  return setMessage(messageBytes(status), status | (channel - 1u) | (first << 8u) | (second << 16u));
}
