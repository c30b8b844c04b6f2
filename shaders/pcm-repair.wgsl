// Concealment by autoregressive models, all gaps of all channels at once: fit, then the frames that need the least
// excitation to lead from what came before to what follows. The mathematics is that of engine/repair/burg-fit.ts and
// engine/repair/pcm-repair.ts.
//
//   @binding(0) params        gaps in the batch
//   @binding(1) gaps          what is to be made from what
//   @binding(2) samples       held frames, excitations, or what makes them from the model's errors
//   @binding(3) models        MODEL_STRIDE floats each: a[1] .. a[128]
//   @binding(4) fits          order and error of each model
//   @binding(5) scratch       scratchEach floats a gap: errors of the fit, later the runs of the bridge
//   @binding(6) result        the frames made
//
// Invariant: a gap depends on its own frames and model alone. Single precision: the frames differ from the twin's by
// what test/gpu/pcm-repair.test.ts states.
// Dispatch: one workgroup a gap, for each pass. Twin: engine/gpu/twins/pcm-repair.ts.
// include: wide
// include: burg-lattice

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
  lag: u32,
  noise: u32,
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
var<workgroup> eighths: array<vec2f, 8>;
var<workgroup> ahead: array<vec2f, 256>;
var<workgroup> miss: array<f32, 32>;
var<workgroup> weights: array<f32, 32>;
var<workgroup> modelOrder: u32;

/// The sum over all lanes, known to all of them, eight by eight. Two barriers.
fn sumOfLanes(lane: u32, value: vec2f) -> vec2f {
  partial[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var sum = vec2f();
    for (var i = 0u; i < 8u; i++) {
      sum += partial[lane * 8u + i];
    }
    eighths[lane] = sum;
  }
  workgroupBarrier();
  var sum = vec2f();
  for (var i = 0u; i < 8u; i++) {
    sum += eighths[i];
  }
  return sum;
}

/// What drives the model, frame by frame: as it is given, or made from the model's errors over the last period.
fn drive(gap: RepairGap, order: u32, period: u32, driven: u32, lane: u32) {
  if (gap.lag == 0u) {
    for (var i = lane; i < gap.length; i += LANES) {
      scratch[driven + i] = samples[gap.excitation + i];
    }
    return;
  }
  var magnitude = 0.0;
  for (var j = lane; j < gap.lag; j += LANES) {
    let at = gap.before - gap.lag + j;
    var error = samples[at];
    for (var k = 1u; k <= order; k++) {
      error += a[k] * samples[at - k];
    }
    scratch[period + j] = error;
    magnitude += abs(error);
  }
  storageBarrier();
  let mean = sumOfLanes(lane, vec2f(magnitude, 0.0)).x / f32(gap.lag);
  for (var i = lane; i < gap.length; i += LANES) {
    scratch[driven + i] = samples[gap.excitation + i] * scratch[period + i % gap.lag] + samples[gap.noise + i] * mean;
  }
}

/// The model's free run, and its response to one impulse, side by side: `count` frames of both into scratch. What
/// frames yet to come owe to those made already waits in `ahead`.
fn runOn(count: u32, order: u32, excitation: u32, driven: u32, free: u32, response: u32, lane: u32) {
  for (var n = 0u; n < count; n += BLOCK) {
    var made: array<vec2f, 8>;
    for (var t = 0u; t < BLOCK; t++) {
      var value = ahead[(n + t) % AHEAD];
      if (n + t < driven) {
        value.x += scratch[excitation + n + t];
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
  // What drives it lies where the excitation behind it will be, the period where the vectors will.
  drive(gap, order, vectors, pushed, lane);
  remember(gap, order, lane);
  storageBarrier();
  workgroupBarrier();
  runOn(count, order, pushed, gap.length, free, response, lane);
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
