// How much longer than the others a packet takes.

export const JITTER_SHAPES = ['uniform', 'exponential', 'pareto'] as const;
export type JitterShape = (typeof JITTER_SHAPES)[number];

/** The long tails end at so many times their mean. */
const EXPONENTIAL_MEANS_MAX = 8;
const PARETO_MEANS_MAX = 50;
/** Of the Lomax distribution: a mean and a variance exist, and one packet in a hundred takes eight times the mean. */
const PARETO_SHAPE = 2.5;

/**
 * @param chance 0 <= x < 1
 * @param jitterMs the longest of the uniform shape, the mean of those with a tail
 */
export function jitterOf(shape: JitterShape, jitterMs: number, chance: number): number {
  if (jitterMs === 0) return 0;
  if (shape === 'uniform') return jitterMs * chance;
  if (shape === 'exponential') return Math.min(-Math.log(1 - chance), EXPONENTIAL_MEANS_MAX) * jitterMs;
  const means = (PARETO_SHAPE - 1) * ((1 - chance) ** (-1 / PARETO_SHAPE) - 1);
  return Math.min(means, PARETO_MEANS_MAX) * jitterMs;
}
