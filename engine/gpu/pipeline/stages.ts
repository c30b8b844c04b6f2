// What the engine can have done by a GPU, in the order of the route. Each stage is given to it alone.

export const STAGES = ['parse', 'recover', 'conceal', 'resample', 'meter'] as const;
export type StageName = (typeof STAGES)[number];

/** A bit for each stage. [any-thread] */
export function stageBits(names: readonly StageName[]): number {
  return names.reduce((bits, name) => bits | stageBit(name), 0);
}

export function stageBit(name: StageName): number {
  return 1 << STAGES.indexOf(name);
}
