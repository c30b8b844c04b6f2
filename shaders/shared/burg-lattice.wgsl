// The fit of pcm-repair: Burg's lattice. The forward error of frame n lies at n, the backward error of the window that
// begins at n at n: so a step of the lattice changes pairs in their places.

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
