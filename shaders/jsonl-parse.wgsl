// MIDI lines and audio objects out of text, many packets at once.
//
//   @binding(0) params   packets in the batch
//   @binding(1) bodies   where each one's text lies, and where its results go
//   @binding(2) slab     the text, at any byte
//   @binding(3) bounds   of every line
//   @binding(4) results  of each body
//   @binding(5) lines    one record for each line of MIDI
//   @binding(6) data     MIDI messages of more than four bytes; samples of audio, planar, as float bits
//
// What only the host can judge (numbers with fraction or exponent, samples as numbers, more lines than room) is
// handed back, whole lines or whole bodies of it; our own writers never write such.
// Invariant: a line's record depends on the line alone; an audio body is accepted as a whole or not at all.
// Dispatch: split one workgroup a packet; midi (lines / 64, packets); head packets / 64; unpack (samples / 64,
// packets). Twin: engine/gpu/twins/jsonl-parse.ts.
// include: bytes
// include: json-scanner
// include: midi-object
// include: audio-object

struct JsonlParams {
  packetCount: u32,
}

struct TextBody {
  kind: u32,
  offset: u32,
  bytes: u32,
  firstLine: u32,
  lineRoom: u32,
  firstData: u32,
}

struct TextResult {
  status: atomic<u32>,
  lines: u32,
  sampleRate: u32,
  channels: u32,
  sampleFormat: u32,
  frames: u32,
  dataAt: u32,
}

struct LineRecord {
  status: u32,
  frameOffset: i32,
  eventNumber: u32,
  hasNumber: u32,
  byteLength: u32,
  message: u32,
  dataAt: u32,
}

struct LineBounds {
  begin: u32,
  end: u32,
}

@group(0) @binding(0) var<uniform> params: JsonlParams;
@group(0) @binding(1) var<storage, read> bodies: array<TextBody>;
@group(0) @binding(2) var<storage, read> slab: array<u32>;
@group(0) @binding(3) var<storage, read_write> bounds: array<LineBounds>;
@group(0) @binding(4) var<storage, read_write> results: array<TextResult>;
@group(0) @binding(5) var<storage, read_write> lines: array<LineRecord>;
@group(0) @binding(6) var<storage, read_write> data: array<u32>;

const NOTHING = 0u;
const VALID = 1u;
const MALFORMED = 2u;
const HANDED_BACK = 3u;

const MIDI = 1u;
const AUDIO = 2u;
const LANES = 64u;
/// Packets are spread over two dimensions: one alone holds 65535 workgroups.
const COLUMNS = 32768u;

// ---- lines

var<workgroup> counts: array<u32, 64>;

@compute @workgroup_size(64)
fn split(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let packet = group.x + group.y * COLUMNS;
  if (packet >= params.packetCount) {
    return;
  }
  let body = bodies[packet];
  let each = (body.bytes + LANES - 1u) / LANES;
  let first = body.offset + min(lane * each, body.bytes);
  let last = min(first + each, body.offset + body.bytes);
  var count = 0u;
  for (var i = first; i < last; i++) {
    count += select(0u, 1u, byteAt(i) == 0x0au);
  }
  counts[lane] = count;
  workgroupBarrier();
  var line = 0u;
  var total = 1u;
  for (var other = 0u; other < LANES; other++) {
    line += select(0u, counts[other], other < lane);
    total += counts[other];
  }
  if (body.kind != MIDI) {
    return;
  }
  let tooMany = total > body.lineRoom;
  if (lane == 0u) {
    let lineCount = select(total, 0u, tooMany);
    writeResult(packet, select(VALID, HANDED_BACK, tooMany), lineCount, AudioHead(), 0u);
    if (!tooMany) {
      bounds[body.firstLine].begin = body.offset;
      bounds[body.firstLine + total - 1u].end = body.offset + body.bytes;
    }
  }
  if (tooMany) {
    return;
  }
  for (var i = first; i < last; i++) {
    if (byteAt(i) == 0x0au) {
      bounds[body.firstLine + line].end = i;
      bounds[body.firstLine + line + 1u].begin = i + 1u;
      line++;
    }
  }
}

// ---- members

// Keys and kinds as the first word of their text.
const KEY_KIND = 0x74u;
const KEY_DATA = 0x64u;
const KEY_FRAME = 0x66u;
const KEY_NUMBER = 0x716573u;

const CHANNEL = 0u;
const NOTE = 1u;
const VELOCITY = 2u;
const CONTROLLER = 3u;
const VALUE = 4u;
const PROGRAM = 5u;
const BEND = 6u;
const PRESSURE = 7u;
const ABSENT = 0xffffffffu;

/// Is an AUDIO body read, not a line of MIDI?
var<private> isAudio: bool;
var<private> key: vec3u;
/// False once a member has a value that its key may not have.
var<private> valid: bool;
/// Something that only the host can read is in it.
var<private> unusual: bool;

var<private> kind: u32;
var<private> values: array<u32, 8>;
var<private> record: LineRecord;
/// The bytes of `d`: are they being read; how many, the first and the last one, those of the second on that are no
/// data bytes, the word being filled and the first word.
var<private> inData: bool;
var<private> dataBytes: u32;
var<private> dataFirst: u32;
var<private> dataLast: u32;
var<private> dataHigh: u32;
var<private> dataWord: u32;
var<private> dataHead: u32;

fn onKey() {
  key = textWords();
}

fn onOpen(token: u32, inside: bool) {
  if (inside) {
    valid = valid && !inData;
    return;
  }
  if (isAudio) {
    let samples = all(key == KEY_SAMPLES) && token == ARRAY;
    unusual = unusual || samples;
    valid = valid && (samples || !isAudioKey());
    return;
  }
  let short = key.x != ABSENT && key.y == 0u;
  inData = short && key.x == KEY_DATA && token == ARRAY;
  valid = valid && (inData || !(short && isMidiKey()));
  if (inData) {
    dataBytes = 0u;
    dataHigh = 0u;
    dataHead = 0u;
    dataWord = 0u;
  }
}

fn onClose(isEmpty: bool) {
  valid = valid && !(inData && isEmpty);
  inData = false;
}

fn onScalar(token: u32, depth: u32) {
  if (depth > 1u) {
    if (inData && depth == 2u) {
      takeDataByte(token);
    }
    return;
  }
  if (isAudio) {
    onAudioMember(token);
  } else if (key.y == 0u) {
    onMidiMember(token);
  }
}

// ---- lines of MIDI

fn isBlank(begin: u32, end: u32) -> bool {
  for (var i = begin; i < end; i++) {
    let byte = byteAt(i);
    if (byte != 0x20u && byte != 0x0du && byte != 0x09u) {
      return false;
    }
  }
  return true;
}

@compute @workgroup_size(64)
fn midi(@builtin(global_invocation_id) id: vec3u) {
  let packet = id.y + id.z * COLUMNS;
  if (packet >= params.packetCount) {
    return;
  }
  let body = bodies[packet];
  if (body.kind != MIDI || id.x >= body.lineRoom) {
    return;
  }
  record = LineRecord();
  if (id.x < results[packet].lines) {
    let line = bounds[body.firstLine + id.x];
    if (!isBlank(line.begin, line.end)) {
      readLine(body, line);
    }
  }
  lines[body.firstLine + id.x] = record;
}

fn readLine(body: TextBody, line: LineBounds) {
  isAudio = false;
  valid = true;
  unusual = false;
  inData = false;
  kind = 0u;
  dataBytes = 0u;
  values = array<u32, 8>(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT);
  // Behind its own beginning a line has room for the bytes that it writes as numbers.
  let room = body.firstData + (line.begin - body.offset + 3u) / 4u;
  record.dataAt = room;
  if (readObject(line.begin, line.end) && valid && !unusual && emit()) {
    record.status = VALID;
    record.dataAt = select(0u, room, record.byteLength > 4u);
  } else {
    record = LineRecord();
    record.status = select(MALFORMED, HANDED_BACK, unusual);
  }
}
