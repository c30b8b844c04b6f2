// Bytes of `slab`, which the including kernel declares, at any place.

/// `bytes` (2, 3 or 4) bytes from `at` on, the lowest first.
fn wordAt(at: u32, bytes: u32) -> u32 {
  let shift = 8u * (at & 3u);
  var word = slab[at / 4u] >> shift;
  if (shift + 8u * bytes > 32u) {
    word |= slab[at / 4u + 1u] << (32u - shift);
  }
  return word & (0xffffffffu >> (32u - 8u * bytes));
}

fn byteAt(at: u32) -> u32 {
  return (slab[at / 4u] >> (8u * (at & 3u))) & 255u;
}
