// When will the host of a slot ask for which frame? The plugin publishes each block's first frame and
// the time of its process() call; this keeps the line that no call runs ahead of.
//
//   a call for [F, F + n) may end as far as F + blockFramesMax, had it been a full block, so every
//   call bounds the line from below:   line(t) = F + blockFramesMax + rate * (t - callTime)
//   and the highest of the recent bounds is the line.  Calls that came late lower nothing.
const WINDOW_US = 1_000_000;

export class HostClock {
  private framesPerUs = 0.048;
  private highestNow = Number.NEGATIVE_INFINITY;
  private highestBefore = Number.NEGATIVE_INFINITY;
  private windowStartUs = 0;

  /** [engine-thread] */
  reset(sampleRate: number): void {
    this.framesPerUs = sampleRate / 1e6;
    this.highestNow = Number.NEGATIVE_INFINITY;
    this.highestBefore = Number.NEGATIVE_INFINITY;
  }

  /** @param blockFrame first frame of the block whose process() began at `timeUs` [engine-thread] */
  observe(blockFrame: number, blockFramesMax: number, timeUs: number): void {
    const intercept = blockFrame + blockFramesMax - timeUs * this.framesPerUs;
    if (timeUs - this.windowStartUs > WINDOW_US) {
      this.highestBefore = this.highestNow;
      this.highestNow = Number.NEGATIVE_INFINITY;
      this.windowStartUs = timeUs;
    }
    if (intercept > this.highestNow) this.highestNow = intercept;
  }

  /** The frame up to which calls may have got by `timeUs`; -Infinity before the first call. */
  frameAt(timeUs: number): number {
    return Math.max(this.highestNow, this.highestBefore) + timeUs * this.framesPerUs;
  }
}
