// Signed numbers of 64 bits, (high, low), for what single precision can't hold and no compiler may simplify.

fn wideOf(high: i32, low: u32) -> vec2u {
  return vec2u(bitcast<u32>(high), low);
}

fn widePlus(a: vec2u, b: vec2u) -> vec2u {
  let low = a.y + b.y;
  return vec2u(a.x + b.x + select(0u, 1u, low < a.y), low);
}

fn wideNegated(a: vec2u) -> vec2u {
  return widePlus(~a, vec2u(0u, 1u));
}

/// The product of two unsigned words, whole.
fn wideProduct(a: u32, b: u32) -> vec2u {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return vec2u((a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u), (other << 16u) | (low & 0xffffu));
}

/// a times k / 2^31, towards zero; below 2^62 in magnitude.
fn wideScaled(a: vec2u, k: i32) -> vec2u {
  let negative = (bitcast<i32>(a.x) < 0) != (k < 0);
  let magnitude = select(a, wideNegated(a), bitcast<i32>(a.x) < 0);
  let factor = u32(abs(k));
  let high = wideProduct(magnitude.x, factor);
  let low = wideProduct(magnitude.y, factor);
  let doubled = vec2u((high.x << 1u) | (high.y >> 31u), high.y << 1u);
  let scaled = widePlus(doubled, vec2u(low.x >> 31u, (low.x << 1u) | (low.y >> 31u)));
  return select(scaled, wideNegated(scaled), negative);
}

/// With `fraction` bits behind the point.
fn wideToFloat(a: vec2u, fraction: u32) -> f32 {
  return ldexp(f32(bitcast<i32>(a.x)), 32 - i32(fraction)) + ldexp(f32(a.y), -i32(fraction));
}
