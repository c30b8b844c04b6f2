// The rate that follows the loss: from the worst loss that any receiver announces to a bytes ratio. Nothing
// is acknowledged and nothing asked for: who hears no announcement stays at the default.
//
// Measured for independent loss, 64-frame packets and 12 ms (bench fec): each ratio restores more than
// 99.95 % of the packets at the loss up to which it is chosen. More loss raises it at once; less loss lowers
// it one step at a time, after HOLD_US in which it stayed clearly under the lower step's limit.

interface Step {
  readonly lossMax: number;
  readonly bytesRatio: number;
}

export const RATE_STEPS: readonly Step[] = [
  { lossMax: 0.02, bytesRatio: 1.5 },
  { lossMax: 0.1, bytesRatio: 2 },
  { lossMax: 0.2, bytesRatio: 2.5 },
  { lossMax: 0.33, bytesRatio: 3 },
  { lossMax: 0.4, bytesRatio: 3.5 },
  { lossMax: 0.5, bytesRatio: 4 },
  { lossMax: 1, bytesRatio: 5 },
];
export const HOLD_US = 10_000_000;
const CLEARLY_UNDER = 0.75;

export class AdaptiveRate {
  private step = -1;
  private calmSinceUs = 0;

  constructor(readonly defaultRatio: number) {}

  get bytesRatio(): number {
    return this.step < 0 ? this.defaultRatio : RATE_STEPS[this.step].bytesRatio;
  }

  /**
   * @param worstLoss share of packets, 0..1, that the worst receiver lost before any recovery; negative or
   *   not a number when no receiver says anything
   * Returns the bytes ratio from now on. [engine-thread]
   */
  update(worstLoss: number, nowUs: number): number {
    if (!(worstLoss >= 0)) {
      this.step = -1;
      return this.defaultRatio;
    }
    const wanted = stepFor(worstLoss);
    const { step } = this;
    const mayFall = step > 0 && worstLoss <= RATE_STEPS[step - 1].lossMax * CLEARLY_UNDER;
    if (step < 0 || wanted > step) {
      this.step = wanted;
      this.calmSinceUs = nowUs;
    } else if (!mayFall) {
      this.calmSinceUs = nowUs;
    } else if (nowUs - this.calmSinceUs >= HOLD_US) {
      this.step--;
      this.calmSinceUs = nowUs;
    }
    return this.bytesRatio;
  }
}

function stepFor(loss: number): number {
  let step = 0;
  while (step < RATE_STEPS.length - 1 && loss > RATE_STEPS[step].lossMax) step++;
  return step;
}
