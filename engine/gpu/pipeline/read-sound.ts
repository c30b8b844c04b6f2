/**
 * Copies frames [frame, frame + count) of one plane of a ring to x[at, at + count); what is no number becomes 0.
 * Returns the largest magnitude. [engine-thread]
 */
export function readSound(
  ring: Float32Array,
  plane: number,
  mask: number,
  frame: number,
  count: number,
  x: Float32Array,
  at: number,
): number {
  let peak = 0;
  let index = frame & mask;
  for (let i = 0; i < count; i++) {
    const value = ring[plane + index];
    const magnitude = Math.abs(value);
    const sound = magnitude < Number.POSITIVE_INFINITY;
    x[at + i] = sound ? value : 0;
    if (sound && magnitude > peak) peak = magnitude;
    index = (index + 1) & mask;
  }
  return peak;
}
