// The field GF(2^8) with the polynomial 0x11D, four elements in a word; see engine/fec/gf256.ts.

/// Each of the four elements times x.
fn gfDouble(word: u32) -> u32 {
  return ((word & 0x7f7f7f7fu) << 1u) ^ (((word >> 7u) & 0x01010101u) * 0x1du);
}

/// Each of the four elements times `factor`.
fn gfTimes(word: u32, factor: u32) -> u32 {
  var product = 0u;
  var power = word;
  for (var bit = 0u; bit < 8u; bit++) {
    product ^= power & (0u - ((factor >> bit) & 1u));
    power = gfDouble(power);
  }
  return product;
}

/// 1 / a, a != 0: the 254th power.
fn gfInverse(a: u32) -> u32 {
  var power = a;
  var product = 1u;
  for (var i = 0u; i < 7u; i++) {
    power = gfTimes(power, power);
    product = gfTimes(product, power);
  }
  return product;
}
