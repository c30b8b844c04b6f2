// Numbers from the command line, with a message that says what was wrong and what would be right.

export class UsageError extends Error {}

export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  /** Used when the option is not given. */
  readonly fallback: number;
}

export function numberOption(
  name: string,
  text: string | boolean | undefined,
  { min, max, fallback }: NumberLimits,
): number {
  if (text === undefined) return fallback;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name}: '${text}' is not a number from ${min} to ${max}`);
}
