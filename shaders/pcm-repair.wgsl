// Concealment by autoregressive models, all gaps of all channels at once: fit, then the frames that need the least
// excitation to lead from what came before to what follows. The mathematics is that of engine/repair/burg-fit.ts and
// engine/repair/pcm-repair.ts.
//
//   @binding(0) params        gaps in the batch
//   @binding(1) gaps          what is to be made from what
//   @binding(2) samples       held frames and excitations
//   @binding(3) models        MODEL_STRIDE floats each: a[1] .. a[128]
//   @binding(4) fits          order and error of each model
//   @binding(5) scratch       scratchEach floats a gap: errors of the fit, later the runs of the bridge
//   @binding(6) result        the frames made
//
// Invariant: a gap depends on its own frames and model alone. Single precision: the frames differ from the twin's by
// what test/gpu/pcm-repair.test.ts states.
// Dispatch: one workgroup a gap, for each pass. Twin: engine/gpu/twins/pcm-repair.ts.
// include: wide

struct RepairParams {
  gapCount: u32,
  scratchEach: u32,
}

struct RepairGap {
  nearAt: u32,
  nearFrames: u32,
  farAt: u32,
  farFrames: u32,
  fitOrder: u32,
  model: u32,
  length: u32,
  before: u32,
  after: u32,
  steered: u32,
  excitation: u32,
  result: u32,
}

struct RepairModel {
  order: u32,
  errorEnergy: f32,
}

@group(0) @binding(0) var<uniform> params: RepairParams;
@group(0) @binding(1) var<storage, read> gaps: array<RepairGap>;
@group(0) @binding(2) var<storage, read> samples: array<f32>;
@group(0) @binding(3) var<storage, read_write> models: array<f32>;
@group(0) @binding(4) var<storage, read_write> fits: array<RepairModel>;
@group(0) @binding(5) var<storage, read_write> scratch: array<f32>;
@group(0) @binding(6) var<storage, read_write> result: array<f32>;

const LANES = 64u;
const ORDER_MAX = 128u;
const MODEL_STRIDE = 128u;
const STEERED_MAX = 32u;
/// Frames that the recursion makes between two barriers.
const BLOCK = 8u;
/// Of sums that run ahead of the recursion: a power of two above ORDER_MAX and two blocks.
const AHEAD = 256u;

const FIT_FLOOR = 1e-9;
const POINT = 44u;
const ONE = vec2u(1u << 12u, 0u);
/// Of the upper word: from here on, one more step might overflow.
const LARGE = 1 << 29;

/// While a model is fitted, its coefficients with POINT bits behind the point: their rounding would move its poles.
var<workgroup> exact: array<vec2u, 129>;
var<workgroup> tooLarge: atomic<u32>;
/// a[0] .. a[order], zeros behind.
var<workgroup> a: array<f32, 144>;
var<workgroup> partial: array<vec2f, 64>;
var<workgroup> ahead: array<vec2f, 256>;
var<workgroup> miss: array<f32, 32>;
var<workgroup> weights: array<f32, 32>;
var<workgroup> modelOrder: u32;

/// The sum over all lanes, known to all of them. Two barriers.
fn sumOfLanes(lane: u32, value: vec2f) -> vec2f {
  partial[lane] = value;
  workgroupBarrier();
  var sum = vec2f();
  for (var i = 0u; i < LANES; i++) {
    sum += partial[i];
  }
  workgroupBarrier();
  return sum;
}

// ---- fit: Burg's lattice. The forward error of frame n lies at n, the backward error of the window that begins at n
// at n: so a step of the lattice changes pairs in their places.

/// Energies of the errors' sums and differences: of what is nearly the same the plain product would lose the rest.
fn pairSums(forward: u32, backward: u32, frames: u32, m: u32, lane: u32) -> vec2f {
  var sums = vec2f();
  for (var n = m + 1u + lane; n < frames; n += LANES) {
    let f = scratch[forward + n];
    let b = scratch[backward + n - m - 1u];
    sums += vec2f((f + b) * (f + b), (f - b) * (f - b));
  }
  return sums;
}

fn stepPairs(forward: u32, backward: u32, frames: u32, m: u32, k: f32, lane: u32) {
  for (var n = m + 1u + lane; n < frames; n += LANES) {
    let f = scratch[forward + n];
    let b = scratch[backward + n - m - 1u];
    scratch[forward + n] = f + k * b;
    scratch[backward + n - m - 1u] = b + k * f;
  }
}

fn energyOf(begin: u32, frames: u32, lane: u32) -> f32 {
  var energy = 0.0;
  for (var n = lane; n < frames; n += LANES) {
    energy += samples[begin + n] * samples[begin + n];
  }
  return energy;
}

/// The model of one order more, by its reflection coefficient k / 2^31.
fn growModel(m: u32, k: i32, lane: u32) {
  for (var i = lane; 2u * i <= m + 1u; i += LANES) {
    let low = exact[i];
    let high = exact[m + 1u - i];
    let lower = widePlus(low, wideScaled(high, k));
    exact[i] = lower;
    exact[m + 1u - i] = select(widePlus(high, wideScaled(low, k)), lower, 2u * i == m + 1u);
    if (max(abs(bitcast<i32>(lower.x)), abs(bitcast<i32>(exact[m + 1u - i].x))) > LARGE) {
      atomicStore(&tooLarge, 1u);
    }
  }
}

/// A stretch too short for the order is left out.
fn usedFrames(frames: u32, order: u32) -> u32 {
  return select(0u, frames, frames > 2u * order);
}

@compute @workgroup_size(64)
fn fit(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.x + group.y * 32768u;
  if (index >= params.gapCount) {
    return;
  }
  let gap = gaps[index];
  let wanted = gap.fitOrder;
  if (wanted == 0u) {
    return;
  }
  let near = usedFrames(gap.nearFrames, wanted);
  let far = usedFrames(gap.farFrames, wanted);
  let nearForward = index * params.scratchEach;
  let nearBackward = nearForward + near;
  let farForward = nearBackward + near;
  let farBackward = farForward + far;
  for (var n = lane; n < near; n += LANES) {
    scratch[nearForward + n] = samples[gap.nearAt + n];
    scratch[nearBackward + n] = samples[gap.nearAt + n];
  }
  for (var n = lane; n < far; n += LANES) {
    scratch[farForward + n] = samples[gap.farAt + n];
    scratch[farBackward + n] = samples[gap.farAt + n];
  }
  for (var i = lane; i <= ORDER_MAX; i += LANES) {
    exact[i] = select(vec2u(), ONE, i == 0u);
  }
  if (lane == 0u) {
    atomicStore(&tooLarge, 0u);
  }
  let energy = sumOfLanes(lane, vec2f(energyOf(gap.nearAt, near, lane) + energyOf(gap.farAt, far, lane), 0.0)).x;
  let floor = 2.0 * energy * FIT_FLOOR;
  storageBarrier();
  var order = 0u;
  var left = 1.0;
  var going = floor > 0.0;
  for (var m = 0u; m < wanted; m++) {
    var sums = pairSums(nearForward, nearBackward, near, m, lane) + pairSums(farForward, farBackward, far, m, lane);
    sums = sumOfLanes(lane, sums);
    let below = 0.5 * (sums.x + sums.y) + floor;
    // How much is missing to 1 is known better than the coefficient itself.
    let missing = (min(sums.x, sums.y) + floor) / select(1.0, below, below > 0.0);
    let k = select(-1.0, 1.0, sums.y > sums.x) * (1.0 - missing);
    going = going && below > floor && missing > 0.0 && atomicLoad(&tooLarge) == 0u;
    if (going) {
      stepPairs(nearForward, nearBackward, near, m, k, lane);
      stepPairs(farForward, farBackward, far, m, k, lane);
      let magnitude = i32(0x7fffffffu - min(u32(missing * 0x1p31), 0x7fffffffu));
      growModel(m, select(-magnitude, magnitude, sums.y > sums.x), lane);
      left *= 1.0 - k * k;
      order = m + 1u;
    }
    storageBarrier();
    workgroupBarrier();
  }
  for (var i = lane; i < MODEL_STRIDE; i += LANES) {
    models[gap.model * MODEL_STRIDE + i] = wideToFloat(exact[i + 1u], POINT);
  }
  if (lane == 0u) {
    fits[gap.model] = RepairModel(order, select(0.0, left * energy / f32(near + far), near + far > 0u));
  }
}

// ---- bridge

/// The model's free run, and its response to one impulse, side by side: `count` frames of both into scratch. What
/// frames yet to come owe to those made already waits in `ahead`.
fn runOn(count: u32, order: u32, excitation: u32, driven: u32, free: u32, response: u32, lane: u32) {
  for (var n = 0u; n < count; n += BLOCK) {
    var made: array<vec2f, 8>;
    for (var t = 0u; t < BLOCK; t++) {
      var value = ahead[(n + t) % AHEAD];
      if (n + t < driven) {
        value.x += samples[excitation + n + t];
      }
      value.y += select(0.0, 1.0, n + t == 0u);
      for (var s = 0u; s < t; s++) {
        value -= a[t - s] * made[s];
      }
      made[t] = value;
    }
    workgroupBarrier();
    if (lane < BLOCK) {
      ahead[(n + lane) % AHEAD] = vec2f();
      if (n + lane < count) {
        scratch[free + n + lane] = made[lane].x;
        scratch[response + n + lane] = made[lane].y;
      }
    }
    for (var p = lane; p < order; p += LANES) {
      var owed = vec2f();
      for (var t = 0u; t < BLOCK; t++) {
        owed += a[BLOCK + p - t] * made[t];
      }
      ahead[(n + BLOCK + p) % AHEAD] -= owed;
    }
    workgroupBarrier();
  }
}

/// What the first frames owe to the frames before them.
fn remember(gap: RepairGap, order: u32, lane: u32) {
  for (var n = lane; n < AHEAD; n += LANES) {
    var owed = 0.0;
    for (var i = n + 1u; i <= order; i++) {
      owed += a[i] * samples[gap.before + n - i];
    }
    ahead[n] = vec2f(-owed, 0.0);
  }
  workgroupBarrier();
}

/// G, and a one for each row behind it: what an impulse t frames before the gap's end does to the prediction errors
/// behind it. Row i at t is row i - 1 at t + 1, and a[i] times the response. Entries of one t lie side by side.
fn errorResponses(length: u32, rows: u32, response: u32, vectors: u32, lane: u32) {
  for (var d = lane + 1u; d < length + rows; d += LANES) {
    var value = 0.0;
    for (var i = 0u; i < rows && i < d; i++) {
      let t = d - i;
      value += a[i] * scratch[response + t];
      if (t <= length) {
        scratch[vectors + (t - 1u) * STEERED_MAX + i] = value;
      }
    }
  }
  for (var i = lane; i < rows * STEERED_MAX; i += LANES) {
    scratch[vectors + length * STEERED_MAX + i] = select(0.0, 1.0, i / STEERED_MAX == i % STEERED_MAX);
  }
}

/// The least excitation u for which G u + w is the miss, w being excitations behind the gap that count as much as
/// those inside: the vectors are made orthogonal one after another, and the miss along with them. Products of G with
/// itself would be more than single precision can bear.
fn orthogonalize(length: u32, rows: u32, vectors: u32, lane: u32) {
  let k = lane % STEERED_MAX;
  let count = length + rows;
  for (var j = 0u; j < rows; j++) {
    var sum = 0.0;
    if (k >= j && k < rows) {
      for (var t = lane / STEERED_MAX; t < count; t += 2u) {
        sum += scratch[vectors + t * STEERED_MAX + j] * scratch[vectors + t * STEERED_MAX + k];
      }
    }
    partial[lane] = vec2f(sum, 0.0);
    workgroupBarrier();
    let own = partial[j].x + partial[j + STEERED_MAX].x; // 1 or more: one entry of the vector is 1
    let share = (partial[k].x + partial[k + STEERED_MAX].x) / own;
    if (k > j && k < rows) {
      for (var t = lane / STEERED_MAX; t < count; t += 2u) {
        scratch[vectors + t * STEERED_MAX + k] -= share * scratch[vectors + t * STEERED_MAX + j];
      }
    }
    workgroupBarrier();
    if (lane > j && lane < rows) {
      miss[lane] -= share * miss[j];
    }
    if (lane == j) {
      weights[j] = miss[j] / own;
    }
    storageBarrier();
    workgroupBarrier();
  }
}

/// The smallest excitation that makes up for the miss, run through the model and added to the frames.
fn push(gap: RepairGap, order: u32, rows: u32, vectors: u32, pushed: u32, lane: u32) {
  for (var i = lane; i < gap.length; i += LANES) {
    var sum = 0.0;
    for (var k = 0u; k < rows; k++) {
      sum += scratch[vectors + (gap.length - 1u - i) * STEERED_MAX + k] * weights[k];
    }
    scratch[pushed + i] = sum;
  }
  for (var n = lane; n < AHEAD; n += LANES) {
    ahead[n] = vec2f();
  }
  storageBarrier();
  workgroupBarrier();
  for (var n = 0u; n < gap.length; n += BLOCK) {
    var made: array<f32, 8>;
    for (var t = 0u; t < BLOCK; t++) {
      var value = ahead[(n + t) % AHEAD].x;
      if (n + t < gap.length) {
        value += scratch[pushed + n + t];
      }
      for (var s = 0u; s < t; s++) {
        value -= a[t - s] * made[s];
      }
      made[t] = value;
    }
    workgroupBarrier();
    if (lane < BLOCK) {
      ahead[(n + lane) % AHEAD] = vec2f();
      if (n + lane < gap.length) {
        result[gap.result + n + lane] += made[lane];
      }
    }
    for (var p = lane; p < order; p += LANES) {
      var owed = 0.0;
      for (var t = 0u; t < BLOCK; t++) {
        owed += a[BLOCK + p - t] * made[t];
      }
      ahead[(n + BLOCK + p) % AHEAD].x -= owed;
    }
    workgroupBarrier();
  }
}

@compute @workgroup_size(64)
fn bridge(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.x + group.y * 32768u;
  if (index >= params.gapCount) {
    return;
  }
  let gap = gaps[index];
  if (lane == 0u) {
    modelOrder = fits[gap.model].order;
  }
  let order = workgroupUniformLoad(&modelOrder);
  let free = index * params.scratchEach;
  let count = gap.length + gap.steered + 1u;
  let response = free + count;
  let pushed = response + count;
  let vectors = pushed + count;
  for (var i = lane; i < 144u; i += LANES) {
    var value = 0.0;
    if (i > 0u && i <= order) {
      value = models[gap.model * MODEL_STRIDE + i - 1u];
    }
    a[i] = select(value, 1.0, i == 0u);
  }
  workgroupBarrier();
  remember(gap, order, lane);
  runOn(count, order, gap.excitation, gap.length, free, response, lane);
  storageBarrier();
  workgroupBarrier();
  for (var i = lane; i < gap.length; i += LANES) {
    result[gap.result + i] = scratch[free + i];
  }
  if (gap.steered == 0u) {
    return;
  }
  // Behind as many frames as the model is long, nothing is owed to the gap any more.
  let rows = min(gap.steered, order);
  if (lane < rows) {
    var error = 0.0;
    for (var i = 0u; i <= lane; i++) {
      error += a[lane - i] * (samples[gap.after + i] - scratch[free + gap.length + i]);
    }
    miss[lane] = error;
  }
  errorResponses(gap.length, rows, response, vectors, lane);
  storageBarrier();
  workgroupBarrier();
  orthogonalize(gap.length, rows, vectors, lane);
  push(gap, order, rows, vectors, pushed, lane);
}
