// The audio half of jsonl-parse: an object that describes PCM, and the PCM out of its base64. As
// engine/toast/audio-text-reader.ts: anything wrong anywhere, and the whole body is.

const COUNT_MAX = 1000000u;
const PCM_BYTES_MAX = 16384u;
const CHANNELS_MAX = 64u;
const RATE_MIN = 8000u;
const RATE_MAX = 384000u;

const F32 = 0u;
const S24 = 1u;

struct AudioHead {
  sampleFormat: u32,
  channels: u32,
  sampleRate: u32,
  samples: u32,
  dataStart: u32,
  dataEnd: u32,
}

const KEY_CHANNELS = vec3u(0x6e616863u, 0x736c656eu, 0u);
const KEY_RATE = vec3u(0x706d6173u, 0x725f656cu, 0x00657461u); // sample_rate
const KEY_FORMAT = vec3u(0x6d726f66u, 0x00007461u, 0u);
const KEY_SAMPLES = vec3u(0x706d6173u, 0x0073656cu, 0u);
const KEY_PCM = vec3u(0x61746164u, 0u, 0u); // data

const NAME_F32 = vec3u(0x5f6d6370u, 0x6c323366u, 0x00000065u); // pcm_f32le
const NAME_S24 = vec3u(0x5f6d6370u, 0x6c343273u, 0x00000065u);
const NAME_S16 = vec3u(0x5f6d6370u, 0x6c363173u, 0x00000065u);

var<private> audio: AudioHead;

fn isAudioKey() -> bool {
  return all(key == KEY_CHANNELS) || all(key == KEY_RATE) || all(key == KEY_FORMAT) || all(key == KEY_SAMPLES) ||
    all(key == KEY_PCM);
}

fn onAudioMember(token: u32) {
  if (all(key == KEY_PCM)) {
    valid = valid && token == TEXT;
    audio.dataStart = textStart;
    audio.dataEnd = textEnd;
    return;
  }
  if (all(key == KEY_FORMAT)) {
    let name = textWords();
    audio.sampleFormat = select(select(2u, S24, all(name == NAME_S24)), F32, all(name == NAME_F32));
    let known = audio.sampleFormat != 2u || all(name == NAME_S16);
    valid = valid && token == TEXT && known;
    return;
  }
  if (!isAudioKey()) {
    return;
  }
  valid = valid && token == NUMBER && isWhole(COUNT_MAX);
  unusual = unusual || (token == NUMBER && !isPlain);
  if (all(key == KEY_CHANNELS)) {
    audio.channels = whole;
  } else if (all(key == KEY_RATE)) {
    audio.sampleRate = whole;
  } else {
    audio.samples = whole;
  }
}

/// Frames that the object's data holds; 0 when the object makes no sense.
fn audioFrames() -> u32 {
  if (audio.dataStart == ABSENT || audio.channels == ABSENT || audio.sampleRate == ABSENT) {
    return 0u;
  }
  let length = audio.dataEnd - audio.dataStart;
  if ((length & 3u) != 0u || audio.channels < 1u || audio.channels > CHANNELS_MAX) {
    return 0u;
  }
  let pcmBytes = length / 4u * 3u - paddingOf(audio.dataStart, audio.dataEnd);
  let frameBytes = audio.channels * (4u - audio.sampleFormat);
  let frames = pcmBytes / frameBytes;
  if (pcmBytes > PCM_BYTES_MAX || frames * frameBytes != pcmBytes) {
    return 0u;
  }
  if (audio.samples != ABSENT && audio.samples != frames && audio.samples != frames * audio.channels) {
    return 0u;
  }
  return select(0u, frames, audio.sampleRate >= RATE_MIN && audio.sampleRate <= RATE_MAX);
}

fn paddingOf(start: u32, end: u32) -> u32 {
  if (end == start || byteAt(end - 1u) != 0x3du) {
    return 0u;
  }
  return select(1u, 2u, byteAt(end - 2u) == 0x3du);
}

@compute @workgroup_size(64)
fn head(@builtin(global_invocation_id) id: vec3u) {
  let packet = id.x;
  if (packet >= params.packetCount || bodies[packet].kind != AUDIO) {
    return;
  }
  let body = bodies[packet];
  isAudio = true;
  valid = true;
  unusual = false;
  inData = false;
  audio = AudioHead(F32, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT);
  let formed = readObject(body.offset, body.offset + body.bytes) && valid && !unusual;
  let frames = audioFrames();
  if (formed && frames > 0u) {
    writeResult(packet, VALID, 0u, audio, frames);
  } else {
    writeResult(packet, select(MALFORMED, HANDED_BACK, unusual), 0u, AudioHead(), 0u);
  }
}

fn writeResult(packet: u32, status: u32, lineCount: u32, said: AudioHead, frames: u32) {
  atomicStore(&results[packet].status, status);
  results[packet].lines = lineCount;
  results[packet].sampleRate = said.sampleRate;
  results[packet].channels = said.channels;
  results[packet].sampleFormat = said.sampleFormat;
  results[packet].frames = frames;
  results[packet].dataAt = said.dataStart;
}

/// Six bits; 64 and above when it is no character of base64.
fn sixBits(byte: u32) -> u32 {
  if (byte - 0x41u < 26u) {
    return byte - 0x41u;
  }
  if (byte - 0x61u < 26u) {
    return byte - 0x61u + 26u;
  }
  if (isDigit(byte)) {
    return byte - 0x30u + 52u;
  }
  return select(select(64u, 63u, byte == 0x2fu), 62u, byte == 0x2bu);
}

/// Byte b of what the base64 from `start` on stands for; above 255 when one of its two characters is none.
fn decodedByte(start: u32, b: u32) -> u32 {
  let part = b % 3u;
  let first = start + b / 3u * 4u + part;
  let high = sixBits(byteAt(first));
  let low = sixBits(byteAt(first + 1u));
  let byte = ((high << (2u + 2u * part)) | (low >> (4u - 2u * part))) & 255u;
  return select(byte, 256u, high > 63u || low > 63u);
}

/// A sample's bytes as the bits of a float; what is not finite is silence.
fn floatBits(word: u32, format: u32) -> u32 {
  if (format == F32) {
    return select(word, 0u, (word & 0x7f800000u) == 0x7f800000u);
  }
  if (format == S24) {
    return bitcast<u32>(f32(bitcast<i32>(word << 8u) >> 8u) * 0x1p-23);
  }
  return bitcast<u32>(f32(bitcast<i32>(word << 16u) >> 16u) * 0x1p-15);
}

@compute @workgroup_size(64)
fn unpack(@builtin(global_invocation_id) id: vec3u) {
  let packet = id.y + id.z * COLUMNS;
  if (packet >= params.packetCount || bodies[packet].kind != AUDIO) {
    return;
  }
  let channels = results[packet].channels;
  let frames = results[packet].frames;
  if (id.x >= channels * frames) {
    return;
  }
  let format = results[packet].sampleFormat;
  let bytes = 4u - format;
  var word = 0u;
  var wrong = 0u;
  for (var i = 0u; i < bytes; i++) {
    let byte = decodedByte(results[packet].dataAt, id.x * bytes + i);
    word |= (byte & 255u) << (8u * i);
    wrong |= byte;
  }
  if (wrong > 255u) {
    atomicStore(&results[packet].status, MALFORMED);
  }
  let place = (id.x % channels) * frames + id.x / channels;
  data[bodies[packet].firstData + place] = floatBits(word, format);
}
