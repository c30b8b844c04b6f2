// The earliest arrivals of the last seconds, and the line that runs along them. Delay only ever adds: what
// came early tells the time, what came late tells about the network. So one point is kept a bucket, the
// earliest, and the line runs along the upper hull of the points, which none is ahead of: through the hull's
// heights at a quarter and at three quarters of the window. (The hull's middle edge alone, as Moon, Skelly and
// Towsley 1999 take it, now and then is a short one, and then errs widely.)
//
//   frames      _____.------*'''''    upper hull
//   ahead   *''''  *    *       *
//             *  *   *     * *    *   one point a bucket
//          -----|-----------|----->   seconds
//              1/4         3/4
const BUCKET_SECONDS = 0.25;
const BUCKETS = 256;

/** What the line is made of, and how well it is known. */
export class EnvelopeFit {
  middleSeconds = 0;
  /** Frames at the middle. */
  value = 0;
  /** Frames a second. */
  slope = 0;
  /** From the line down to the points, on average: frames. */
  gap = 0;
  points = 0;
  spanSeconds = 0;
}

const WINDOW_SECONDS = BUCKET_SECONDS * BUCKETS;

export class ArrivalEnvelope {
  private readonly seconds = new Float64Array(BUCKETS);
  private readonly ahead = new Float64Array(BUCKETS);
  private readonly hull = new Int32Array(BUCKETS);
  private closed = 0;
  /** Points of the window, one a bucket. */
  kept = 0;
  private bucketStart = Number.NEGATIVE_INFINITY;
  private bestSeconds = 0;
  private bestAhead = Number.NEGATIVE_INFINITY;

  clear(): void {
    this.closed = 0;
    this.kept = 0;
    this.bucketStart = Number.NEGATIVE_INFINITY;
    this.bestAhead = Number.NEGATIVE_INFINITY;
  }

  /**
   * One arrival: `ahead` frames before its nominal time; `slope` is what is known of the drift, in frames a
   * second. True when a bucket was closed by it. [engine-thread]
   */
  add(seconds: number, ahead: number, slope: number): boolean {
    if (seconds < this.bucketStart) return false; // time doesn't run backwards; a caller's might
    const full = seconds - this.bucketStart >= BUCKET_SECONDS;
    const closes = full && this.bestAhead > Number.NEGATIVE_INFINITY;
    if (closes) this.close();
    if (full) {
      this.bucketStart = seconds;
      this.bestAhead = Number.NEGATIVE_INFINITY;
    }
    if (ahead - slope * seconds > this.bestAhead - slope * this.bestSeconds) {
      this.bestSeconds = seconds;
      this.bestAhead = ahead;
    }
    return closes;
  }

  private close(): void {
    const at = this.closed % BUCKETS;
    this.seconds[at] = this.bestSeconds;
    this.ahead[at] = this.bestAhead;
    this.closed++;
    this.kept = Math.min(this.kept + 1, BUCKETS);
    const oldest = this.bestSeconds - WINDOW_SECONDS;
    while (this.seconds[(this.closed - this.kept) % BUCKETS] < oldest) this.kept--;
  }

  /** The line along `count` of the points kept, the oldest being 0. False for fewer than four. [engine-thread] */
  fit(first: number, count: number, out: EnvelopeFit): boolean {
    const from = this.closed - this.kept + first;
    const to = from + count;
    out.points = count;
    if (count < 4) return false;
    const { seconds, hull } = this;
    let height = 0;
    for (let n = from; n < to; n++) {
      const p = n % BUCKETS;
      while (height > 1 && !this.isAbove(hull[height - 2], hull[height - 1], p)) height--;
      hull[height++] = p;
    }
    const firstSeconds = seconds[from % BUCKETS];
    out.spanSeconds = seconds[(to - 1) % BUCKETS] - firstSeconds;
    const early = this.hullAt(firstSeconds + out.spanSeconds / 4, height);
    const late = this.hullAt(firstSeconds + (out.spanSeconds * 3) / 4, height);
    out.slope = (late - early) / (out.spanSeconds / 2);
    out.middleSeconds = firstSeconds + out.spanSeconds / 2;
    out.value = (early + late) / 2;
    let sum = 0;
    for (let n = from; n < to; n++) sum += this.below(n % BUCKETS, out);
    out.gap = Math.max(0, sum / count);
    return true;
  }

  private below(point: number, line: EnvelopeFit): number {
    return line.value + line.slope * (this.seconds[point] - line.middleSeconds) - this.ahead[point];
  }

  private hullAt(time: number, height: number): number {
    const { seconds, ahead, hull } = this;
    let edge = 0;
    while (edge < height - 2 && seconds[hull[edge + 1]] < time) edge++;
    const a = hull[edge];
    const b = hull[edge + 1];
    return ahead[a] + ((ahead[b] - ahead[a]) * (time - seconds[a])) / (seconds[b] - seconds[a]);
  }

  /** Does point b lie above the line from a to c? */
  private isAbove(a: number, b: number, c: number): boolean {
    const { seconds, ahead } = this;
    return (
      (ahead[b] - ahead[a]) * (seconds[c] - seconds[a]) > (ahead[c] - ahead[a]) * (seconds[b] - seconds[a])
    );
  }
}
