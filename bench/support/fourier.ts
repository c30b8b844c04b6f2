// The Fourier transform, for looking at sounds.

/** In place, radix 2: the length is a power of two. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [re[i], re[j]] = [re[j], re[i]];
    [im[i], im[j]] = [im[j], im[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const c = Math.cos((-2 * Math.PI * k) / size);
      const s = Math.sin((-2 * Math.PI * k) / size);
      for (let at = k; at < n; at += size) {
        const other = at + size / 2;
        const r = re[other] * c - im[other] * s;
        const i = re[other] * s + im[other] * c;
        re[other] = re[at] - r;
        im[other] = im[at] - i;
        re[at] += r;
        im[at] += i;
      }
    }
  }
}
