// How fast a remote clock runs against ours: a second-order delay-locked loop on arrival time against
// media time. It only estimates; the ratio that playout uses stays exactly 1 until a resampler follows it.
export interface DriftEstimator {
  /** One packet: its first frame and when it arrived. [engine-thread] */
  observe(mediaFrame: number, arrivalUs: number): void;
  /** Remote frames per local frame, minus one, in parts per million; 0 until settled. */
  readonly ppm: number;
  reset(sampleRate: number): void;
}

const BANDWIDTH_HZ = 0.02;
const UPDATE_US = 20_000; // packets bunch up by blocks; one observation a group is enough
const SETTLED_US = 10_000_000;

export class DelayLockedLoop implements DriftEstimator {
  private framesPerUs = 0.048;
  private startUs = 0;
  private lastUs = 0;
  private lastFrame = 0;
  private predictedUs = 0;
  private usPerFrame = 0;
  private running = false;
  ppm = 0;

  reset(sampleRate: number): void {
    this.framesPerUs = sampleRate / 1e6;
    this.running = false;
    this.ppm = 0;
  }

  observe(mediaFrame: number, arrivalUs: number): void {
    if (!this.running) {
      this.running = true;
      this.startUs = arrivalUs;
      this.lastUs = arrivalUs;
      this.lastFrame = mediaFrame;
      this.predictedUs = arrivalUs;
      this.usPerFrame = 1 / this.framesPerUs;
      return;
    }
    const frames = mediaFrame - this.lastFrame;
    if (frames <= 0 || frames < UPDATE_US * this.framesPerUs) return;
    const periodUs = frames / this.framesPerUs;
    const omega = (2 * Math.PI * BANDWIDTH_HZ * periodUs) / 1e6;
    const expectedUs = this.predictedUs + frames * this.usPerFrame;
    const errorUs = arrivalUs - expectedUs;
    this.predictedUs = expectedUs + Math.SQRT2 * omega * errorUs;
    this.usPerFrame += (omega * omega * errorUs) / frames;
    this.lastFrame = mediaFrame;
    this.lastUs = arrivalUs;
    if (this.lastUs - this.startUs > SETTLED_US) {
      this.ppm = (1 / (this.usPerFrame * this.framesPerUs) - 1) * 1e6;
    }
  }
}
