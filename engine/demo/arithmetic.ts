// What chance allows: how much may be lost at most, with a given confidence, when each packet is lost
// independently with a given probability.

/** Smallest k with P(at most k of `trials` are lost) >= confidence. */
export function lossesMax(trials: number, probability: number, confidence: number): number {
  return weightedLossesMax(new Array<number>(trials).fill(1), probability, confidence);
}

/**
 * The same when packet i carries sizes[i] things: smallest k with P(at most k things are lost) >= confidence.
 * Exact: the distribution of the sum is computed, not approximated, up to 12 standard deviations.
 */
export function weightedLossesMax(sizes: readonly number[], probability: number, confidence: number): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (probability >= 1) return total;
  if (probability <= 0 || total === 0) return 0;
  const mean = probability * total;
  const variance = probability * (1 - probability) * sizes.reduce((sum, size) => sum + size * size, 0);
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0);
  const top = Math.min(total, Math.ceil(mean + 12 * Math.sqrt(variance) + 12 * largest));
  const chance = new Float64Array(top + 1);
  chance[0] = 1;
  for (const size of sizes) {
    for (let k = top; k >= 0; k--) {
      chance[k] = chance[k] * (1 - probability) + (k >= size ? chance[k - size] * probability : 0);
    }
  }
  let sum = 0;
  for (let k = 0; k < top; k++) {
    sum += chance[k];
    if (sum >= confidence) return k;
  }
  return top;
}
