// What a monitor shows of a block: peak, mean square, loudness and spectrum of every channel.
//
//   @binding(0) params    channels in the batch
//   @binding(1) channels  each one's samples, and the filter of its rate
//   @binding(2) samples   one channel's after the other's
//   @binding(3) filters   what the loudness filter remembers of each channel: vec4f
//   @binding(4) tables    512 pairs (cos, sin) of 2 pi k / 1024, then 1024 values of the window
//   @binding(5) levels    peak and energies
//   @binding(6) spectrum  512 powers a channel, of the block's last 1024 samples; a full-scale sine gives 1
//
// The filter (ITU-R BS.1770) is recursive. Each lane runs it over its own part of the block from rest; the parts'
// last states are then carried from one to the next, and each lane runs once more from where it really begins.
// Invariant: blocks that follow each other measure as one block would; energies within 1e-3, or 1e-7, powers within 2e-6.
// Dispatch: one workgroup a channel for each pass. Twin: engine/gpu/twins/meter.ts.

struct MeterParams {
  channelCount: u32,
}

struct MeterChannel {
  start: u32,
  frames: u32,
  state: u32,
  shelfB0: f32,
  shelfB1: f32,
  shelfB2: f32,
  shelfA1: f32,
  shelfA2: f32,
  highPassG: f32,
  highPassK: f32,
}

struct MeterLevel {
  peak: f32,
  meanSquare: f32,
  weightedMeanSquare: f32,
}

@group(0) @binding(0) var<uniform> params: MeterParams;
@group(0) @binding(1) var<storage, read> channels: array<MeterChannel>;
@group(0) @binding(2) var<storage, read> samples: array<f32>;
@group(0) @binding(3) var<storage, read_write> filters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> tables: array<f32>;
@group(0) @binding(5) var<storage, read_write> levels: array<MeterLevel>;
@group(0) @binding(6) var<storage, read_write> spectrum: array<f32>;

const LANES = 64u;
const POINTS = 1024u;
const BINS = 512u;

/// Of each lane: the filter's state behind its part, then the state before it.
var<workgroup> carried: array<vec4f, 64>;
/// What a part of full length makes of each of the four states.
var<workgroup> passage: array<vec4f, 4>;
var<workgroup> sums: array<vec3f, 64>;
var<workgroup> real: array<f32, 1024>;
var<workgroup> imaginary: array<f32, 1024>;

/// The shelf in the transposed direct form, then the high pass as a state-variable filter, which doesn't drown in
/// rounding where its frequency is far below the rate's.
fn filterSample(channel: MeterChannel, state: ptr<function, vec4f>, sample: f32) -> f32 {
  let shelved = channel.shelfB0 * sample + (*state).x;
  let g = channel.highPassG;
  let rest = shelved - (g + channel.highPassK) * (*state).z - (*state).w;
  let band = g * rest / (1.0 + g * (g + channel.highPassK)) + (*state).z;
  let low = g * band + (*state).w;
  *state = vec4f(
    channel.shelfB1 * sample - channel.shelfA1 * shelved + (*state).y,
    channel.shelfB2 * sample - channel.shelfA2 * shelved,
    2.0 * band - (*state).z,
    2.0 * low - (*state).w,
  );
  return rest;
}

@compute @workgroup_size(64)
fn level(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.x >= params.channelCount) {
    return;
  }
  let channel = channels[group.x];
  let each = (channel.frames + LANES - 1u) / LANES;
  let first = min(lane * each, channel.frames);
  let end = min(first + each, channel.frames);
  var state = vec4f();
  for (var i = first; i < end; i++) {
    _ = filterSample(channel, &state, samples[channel.start + i]);
  }
  carried[lane] = state;
  if (lane < 4u) {
    var alone = vec4f();
    alone[lane] = 1.0;
    for (var i = 0u; i < each; i++) {
      _ = filterSample(channel, &alone, 0.0);
    }
    passage[lane] = alone;
  }
  workgroupBarrier();
  if (lane == 0u) {
    var before = filters[channel.state];
    for (var other = 0u; other < LANES; other++) {
      let added = carried[other];
      carried[other] = before;
      before = added + passage[0] * before.x + passage[1] * before.y + passage[2] * before.z + passage[3] * before.w;
    }
  }
  workgroupBarrier();
  state = carried[lane];
  var sum = vec3f();
  for (var i = first; i < end; i++) {
    let sample = samples[channel.start + i];
    let weighted = filterSample(channel, &state, sample);
    sum = vec3f(max(sum.x, abs(sample)), sum.y + sample * sample, sum.z + weighted * weighted);
  }
  if (end == channel.frames && first < end) {
    filters[channel.state] = state;
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      let other = sums[lane + half];
      sums[lane] = vec3f(max(sums[lane].x, other.x), sums[lane].yz + other.yz);
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    let frames = max(1.0, f32(channel.frames));
    levels[group.x] = MeterLevel(sums[0].x, sums[0].y / frames, sums[0].z / frames);
  }
}

/// Bit-reversed, so that the transform's result lies in order.
fn reversed(index: u32) -> u32 {
  return reverseBits(index) >> 22u;
}

@compute @workgroup_size(64)
fn transform(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (group.x >= params.channelCount) {
    return;
  }
  let channel = channels[group.x];
  for (var i = lane; i < POINTS; i += LANES) {
    // What lies before the block is silence.
    let held = i + channel.frames >= POINTS;
    let at = channel.start + select(0u, i + channel.frames - POINTS, held);
    real[reversed(i)] = select(0.0, samples[at] * tables[POINTS + i], held);
    imaginary[reversed(i)] = 0.0;
  }
  workgroupBarrier();
  for (var size = 2u; size <= POINTS; size *= 2u) {
    let half = size / 2u;
    for (var i = lane; i < POINTS / 2u; i += LANES) {
      let k = i % half;
      let a = (i / half) * size + k;
      let b = a + half;
      let turn = 2u * (k * (POINTS / size));
      let c = tables[turn];
      let s = tables[turn + 1u];
      let re = real[b] * c + imaginary[b] * s;
      let im = imaginary[b] * c - real[b] * s;
      real[b] = real[a] - re;
      imaginary[b] = imaginary[a] - im;
      real[a] += re;
      imaginary[a] += im;
    }
    workgroupBarrier();
  }
  // The window's mean is a half; a sine's power is shared between two bins of the full circle.
  let scale = 4.0 / f32(POINTS);
  for (var i = lane; i < BINS; i += LANES) {
    let re = real[i] * scale;
    let im = imaginary[i] * scale;
    spectrum[group.x * BINS + i] = re * re + im * im;
  }
}
