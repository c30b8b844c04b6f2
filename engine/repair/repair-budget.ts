// How much arithmetic one tick may spend on repair, for all streams together. What exceeds it gets the cheap
// concealment: a tick that repairs too long would make every stream late.
//
// Work is counted in operations (one multiplication with its addition), not in measured time: the same
// packets then give the same sound, whatever else the machine does.

/** What a core does at least: measured about 1000 where nothing else runs, half of it on a shared one. */
export const OPERATIONS_PER_US = 500;

/** Two 20 ms gaps of a stereo stream, or some 8 lost packets of 64 frames, in one tick. */
export const BUDGET_DEFAULT_US = 2000;

export class RepairBudget {
  private left: number;
  private readonly perTick: number;

  /** @param perTickUs what one tick may spend, in microseconds of OPERATIONS_PER_US each */
  constructor(perTickUs = BUDGET_DEFAULT_US) {
    this.perTick = Math.max(0, perTickUs) * OPERATIONS_PER_US;
    this.left = this.perTick;
  }

  /** A new tick: everything may be spent again. [engine-thread] */
  beginTick(): void {
    this.left = this.perTick;
  }

  get operationsLeft(): number {
    return this.left;
  }

  /** Spends it, or nothing at all when it is more than there is left. [engine-thread] */
  take(operations: number): boolean {
    if (operations > this.left) return false;
    this.left -= operations;
    return true;
  }
}
