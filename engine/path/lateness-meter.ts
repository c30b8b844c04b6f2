// How late packets come, against the earliest: what the receive latency must be so that nearly all are in time.
// Restored packets count from the moment they are restored, so the time that recovery takes is part of it.

const BIN_US = 500;
const BINS = 1024;
/** The past counts half after so many packets. */
const HALF_LIFE_PACKETS = 8192;
/** Share of packets that should be in time. */
const SHARE = 0.999;
/** What the engine itself needs between a packet's arrival and the host's call. */
const MARGIN_US = 1000;
const PACKETS_MIN = 500;

export class LatenessMeter {
  private readonly bins = new Float64Array(BINS);
  private count = 0;
  private sinceHalving = 0;

  clear(): void {
    this.bins.fill(0);
    this.count = 0;
    this.sinceHalving = 0;
  }

  /** A packet that can be played came so much later than the earliest do. [engine-thread] */
  observe(latenessUs: number): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(latenessUs / BIN_US)));
    this.bins[bin]++;
    this.count++;
    if (++this.sinceHalving < HALF_LIFE_PACKETS) return;
    this.sinceHalving = 0;
    this.count = 0;
    for (let i = 0; i < BINS; i++) {
      this.bins[i] /= 2;
      this.count += this.bins[i];
    }
  }

  /** Receive latency that would do, in milliseconds; 0 while too little is known. */
  suggestedMs(): number {
    if (this.count < PACKETS_MIN) return 0;
    let seen = this.bins[0];
    let bin = 0;
    while (bin < BINS - 1 && seen < SHARE * this.count) seen += this.bins[++bin];
    return ((bin + 1) * BIN_US + MARGIN_US) / 1000;
  }
}
