// How much arithmetic repair may cost: per tick, for all streams together, because a tick that repairs too
// long makes every stream late; and in the long run, per stream. What exceeds it gets shorter models, then
// the cheap concealment.
//
// Work is counted in operations (one multiplication with its addition), not in measured time: the same
// packets then give the same sound, whatever else the machine does.

/** What a core does at least; about 1000 where nothing else runs. */
export const OPERATIONS_PER_US = 500;

/** A lost packet of two stereo streams fits into it with models of a good length, a gap of 20 ms with short ones. */
export const TICK_US_DEFAULT = 1000;

/** Of a core, for one stream, as a mean over STREAM_SAVINGS_MS. */
export const STREAM_SHARE_DEFAULT = 0.03;
const STREAM_SAVINGS_MS = 150;

export class RepairBudget {
  /** Of all ticks and streams. */
  operationsSpent = 0;
  private left: number;
  private perTick: number;

  /**
   * @param tickUs what one tick may spend, in microseconds of OPERATIONS_PER_US each
   * @param streamShare of a core, what one stream may spend in the long run
   */
  constructor(
    tickUs = TICK_US_DEFAULT,
    public streamShare = STREAM_SHARE_DEFAULT,
  ) {
    this.perTick = Math.max(0, tickUs) * OPERATIONS_PER_US;
    this.left = this.perTick;
  }

  /** From the next tick on: a part of the shortest block that waits for it. [engine-thread] */
  setTick(tickUs: number): void {
    this.perTick = Math.max(0, tickUs) * OPERATIONS_PER_US;
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
    this.operationsSpent += operations;
    return true;
  }
}

/** One stream's share of the long run: earned with every frame of its clock, saved up to a bound. */
export class StreamAllowance {
  private perFrame = 0;
  private savedMax = 0;
  private saved = 0;
  private lastFrame = -1;

  constructor(
    private readonly budget: RepairBudget,
    private readonly sampleRate: number,
  ) {
    this.begin();
  }

  /** A stream begins: with all the savings that it may have. [engine-thread] */
  begin(): void {
    const perSecond = this.budget.streamShare * OPERATIONS_PER_US * 1e6;
    this.perFrame = perSecond / this.sampleRate;
    this.savedMax = (perSecond * STREAM_SAVINGS_MS) / 1000;
    this.saved = this.savedMax;
    this.lastFrame = -1;
  }

  /** The stream's clock has got to `frame`. A clock that jumps back earns nothing. [engine-thread] */
  earn(frame: number): void {
    const passed = this.lastFrame < 0 ? 0 : Math.max(0, frame - this.lastFrame);
    this.lastFrame = frame;
    this.saved = Math.min(this.savedMax, this.saved + passed * this.perFrame);
  }

  /**
   * Spends it from the stream's savings and the tick's budget, or nothing at all. A luxury may not take more
   * than half of the savings: the next gap comes soon. [engine-thread]
   */
  take(operations: number, luxury = false): boolean {
    if (operations > (luxury ? this.saved / 2 : this.saved) || !this.budget.take(operations)) return false;
    this.saved -= operations;
    return true;
  }
}
