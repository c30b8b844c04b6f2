// Blocks back from two of their four descriptions, bit by bit, as BINARY audio bodies.
//
//   @binding(0) params   blocks in the batch
//   @binding(1) blocks   what came of each
//   @binding(2) slab     the descriptions' words, at any byte
//   @binding(3) bodies   BINARY audio bodies: a prefix of two words, then the samples, zeros up to a group's end
//
// A block of which one description came is an estimate, and made by the host (engine/fec/jellie-alone.ts).
// Invariant: every sample of a block depends on one word of each description alone.
// Dispatch: (samples / 4 / 64, blocks), four samples an invocation: whole words for 2, 3 and 4 bytes a sample.
// Twin: engine/gpu/twins/jellie-decode.ts.
// include: gf256
// include: bytes

struct JellieParams {
  blockCount: u32,
}

struct JellieBlock {
  sampleRate: u32,
  shape: u32,
  kinds: u32,
  firstAt: u32,
  secondAt: u32,
  body: u32,
}

@group(0) @binding(0) var<uniform> params: JellieParams;
@group(0) @binding(1) var<storage, read> blocks: array<JellieBlock>;
@group(0) @binding(2) var<storage, read> slab: array<u32>;
@group(0) @binding(3) var<storage, read_write> bodies: array<u32>;

const EVEN = 0u;
const ODD = 1u;
const SUM = 2u;
const DIFFERENCE = 3u;

const F32 = 0u;
const S24 = 1u;
const HALF = 142u;
const THIRD = 244u;

/// What the arithmetic of a block needs to know.
fn modulusOf(format: u32) -> u32 {
  return select(select(65521u, 16777213u, format == S24), 4294967291u, format == F32);
}

fn signOf(format: u32) -> u32 {
  return select(select(0x8000u, 0x800000u, format == S24), 0x80000000u, format == F32);
}

/// A sample's bits as a number that grows with its value.
fn toOrdered(word: u32, format: u32) -> u32 {
  return word ^ select(signOf(format), 0xffffffffu, format == F32 && word >= 0x80000000u);
}

fn fromOrdered(value: u32, format: u32) -> u32 {
  return value ^ select(signOf(format), 0xffffffffu, format == F32 && value < 0x80000000u);
}

fn reduced(value: u32, p: u32) -> u32 {
  return select(value, value - p, value >= p);
}

/// a + b, both below p.
fn plus(a: u32, b: u32, p: u32) -> u32 {
  let sum = a + b;
  return select(sum, sum - p, sum < a || sum >= p);
}

fn minus(a: u32, b: u32, p: u32) -> u32 {
  return select(a - b, a + (p - b), a < b);
}

/// The number whose double is `value`, p being odd.
fn halved(value: u32, p: u32) -> u32 {
  return select(value / 2u, value / 2u + p / 2u + 1u, (value & 1u) != 0u);
}

fn modularSample(isOdd: bool, i: u32, x: u32, j: u32, y: u32, format: u32) -> u32 {
  if (i == select(EVEN, ODD, isOdd)) {
    return x;
  }
  if (isOdd && j == ODD) {
    return y;
  }
  let p = modulusOf(format);
  let b = reduced(y, p);
  var value: u32;
  if (i == SUM) {
    let a = reduced(x, p);
    value = halved(select(plus(a, b, p), minus(a, b, p), isOdd), p);
  } else {
    // The other sample is known, and a sum or a difference.
    let a = reduced(toOrdered(x, format), p);
    if (j == SUM) {
      value = minus(b, a, p);
    } else {
      value = select(plus(b, a, p), minus(a, b, p), isOdd);
    }
  }
  return fromOrdered(value, format);
}

fn fieldOdd(i: u32, x: u32, j: u32, y: u32) -> u32 {
  if (i == ODD) {
    return x;
  }
  if (j == ODD) {
    return y;
  }
  if (i == SUM) {
    return gfTimes(x ^ y, THIRD);
  }
  return gfTimes(x ^ y, select(HALF, 1u, j == SUM));
}

fn fieldSample(isOdd: bool, i: u32, x: u32, j: u32, y: u32) -> u32 {
  let odd = fieldOdd(i, x, j, y);
  if (isOdd) {
    return odd;
  }
  if (i == EVEN) {
    return x;
  }
  return select(y, x, i == SUM) ^ gfTimes(odd, select(1u, 2u, i == ODD && j == DIFFERENCE));
}

/// Sample s of the block, in the body's order; 0 behind its end.
fn sampleOf(block: JellieBlock, s: u32, bytes: u32) -> u32 {
  let channels = block.shape & 255u;
  let format = (block.shape >> 8u) & 255u;
  let frames = block.shape >> 16u;
  let frame = s / channels;
  if (frame >= frames) {
    return 0u;
  }
  let i = block.kinds & 255u;
  let j = (block.kinds >> 8u) & 255u;
  // The last of an odd number of frames was paired with zero.
  let alone = (frame | 1u) >= frames;
  let word = ((frame / 2u) * channels + s % channels) * bytes;
  var x = 0u;
  var y = 0u;
  if (!(alone && i == ODD)) {
    x = wordAt(block.firstAt + word, bytes);
  }
  if (!(alone && j == ODD)) {
    y = wordAt(block.secondAt + word, bytes);
  }
  let isOdd = (frame & 1u) != 0u;
  let keep = 0xffffffffu >> (32u - 8u * bytes);
  if (block.kinds >> 16u != 0u) {
    return modularSample(isOdd, i, x, j, y, format) & keep;
  }
  return fieldSample(isOdd, i, x, j, y) & keep;
}

@compute @workgroup_size(64)
fn restore(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y + id.z * 32768u;
  if (index >= params.blockCount) {
    return;
  }
  let block = blocks[index];
  let format = (block.shape >> 8u) & 255u;
  let bytes = 4u - format;
  let first = 4u * id.x;
  if (first >= (block.shape & 255u) * (block.shape >> 16u)) {
    return;
  }
  if (id.x == 0u) {
    bodies[block.body] = block.sampleRate;
    bodies[block.body + 1u] = block.shape;
  }
  let a = sampleOf(block, first, bytes);
  let b = sampleOf(block, first + 1u, bytes);
  let c = sampleOf(block, first + 2u, bytes);
  let d = sampleOf(block, first + 3u, bytes);
  let at = block.body + 2u + id.x * bytes;
  if (format == F32) {
    bodies[at] = a;
    bodies[at + 1u] = b;
    bodies[at + 2u] = c;
    bodies[at + 3u] = d;
  } else if (format == S24) {
    bodies[at] = a | (b << 24u);
    bodies[at + 1u] = (b >> 8u) | (c << 16u);
    bodies[at + 2u] = (c >> 16u) | (d << 8u);
  } else {
    bodies[at] = a | (b << 16u);
    bodies[at + 1u] = c | (d << 16u);
  }
}
