// How long a line with loss bursts was good: the time in which something could have arrived at all.
import { BurstLine, type BurstOptions } from '../../engine/impairment/loss-process.js';

const STEP_US = 50;

export class LineTime {
  /** Good time before each step. */
  private readonly goodUs: Float64Array;

  /** @param direction and lossClass as the impairment numbers them @param firstUs of the first packet on it */
  constructor(
    options: BurstOptions,
    seed: number,
    direction: number,
    lossClass: number,
    private readonly firstUs: number,
    untilUs: number,
  ) {
    const line = new BurstLine(options, seed, direction, lossClass);
    this.goodUs = new Float64Array(Math.ceil((untilUs - firstUs) / STEP_US) + 1);
    for (let step = 0; step + 1 < this.goodUs.length; step++) {
      const good = !line.next(firstUs + step * STEP_US);
      this.goodUs[step + 1] = this.goodUs[step] + (good ? STEP_US : 0);
    }
  }

  /** Good time between two moments, to a step. */
  between(fromUs: number, toUs: number): number {
    return this.goodUs[this.stepOf(toUs)] - this.goodUs[this.stepOf(fromUs)];
  }

  private stepOf(atUs: number): number {
    const step = Math.floor((atUs - this.firstUs) / STEP_US);
    return Math.max(0, Math.min(this.goodUs.length - 1, step));
  }
}
