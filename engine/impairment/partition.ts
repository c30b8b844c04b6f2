// Times at which nothing passes: a cable that is out, a switch that restarts.

export interface Partition {
  /** Since the run began. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Again after this time, counted from `fromMs`; 0: once. */
  readonly everyMs: number;
}

/** No allocation. [any-thread] */
export function isCut(partitions: readonly Partition[], atUs: number): boolean {
  const atMs = atUs / 1000;
  for (let i = 0; i < partitions.length; i++) {
    const { fromMs, toMs, everyMs } = partitions[i];
    if (atMs < fromMs) continue;
    const since = everyMs > 0 ? (atMs - fromMs) % everyMs : atMs - fromMs;
    if (since < toMs - fromMs) return true;
  }
  return false;
}
