// Is a drift real? It is when it is clearly more than nothing for a while, or when half a millisecond has come
// of it. A verdict stands: between copying and resampling what lies above 20 kHz moves each time.
const DRIFT_PPM = 15;
/** On top of that, so many times as much as the drift may be off. */
const DRIFT_DOUBT = 3;
/** For so long, and so much longer per ppm of doubt: estimates of neighbouring moments err alike. */
const DRIFT_SECONDS = 1;
const DRIFT_SECONDS_PER_PPM = 0.5;
const ERROR_SECONDS = 0.0005;
const ERROR_SECONDS_PER_PPM = 0.00006;
const ERROR_LASTS_SECONDS = 5;

export class DriftVerdict {
  private driftSinceUs = -1;
  private errorSinceUs = -1;

  clear(): void {
    this.driftSinceUs = -1;
    this.errorSinceUs = -1;
  }

  /** @param offPlaceSeconds what has come of the drift, 0 while that isn't known [engine-thread] */
  isReal(timeUs: number, ppm: number, uncertaintyPpm: number, offPlaceSeconds: number): boolean {
    const drifts = Math.abs(ppm) > DRIFT_PPM + DRIFT_DOUBT * uncertaintyPpm;
    if (!drifts) this.driftSinceUs = -1;
    else if (this.driftSinceUs < 0) this.driftSinceUs = timeUs;
    const off = Math.abs(offPlaceSeconds) > ERROR_SECONDS + ERROR_SECONDS_PER_PPM * uncertaintyPpm;
    if (!off) this.errorSinceUs = -1;
    else if (this.errorSinceUs < 0) this.errorSinceUs = timeUs;
    const wait = DRIFT_SECONDS + DRIFT_SECONDS_PER_PPM * uncertaintyPpm;
    return (
      (drifts && timeUs - this.driftSinceUs >= wait * 1e6) ||
      (off && timeUs - this.errorSinceUs >= ERROR_LASTS_SECONDS * 1e6)
    );
  }
}
