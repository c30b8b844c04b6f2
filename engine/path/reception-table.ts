// What receivers announce of the channels that this engine sends on: the worst loss, the smallest latency.
import type { Reception } from '../worker/messages.js';

const CHANNELS = 65;

export class ReceptionTable {
  private readonly worstLoss = new Float64Array(CHANNELS).fill(-1);
  private readonly latencyMsMin = new Float64Array(CHANNELS);

  /** All that is known now; of other channels nobody says anything. [engine-thread] */
  set(receptions: readonly Reception[]): void {
    this.worstLoss.fill(-1);
    this.latencyMsMin.fill(0);
    for (const { channel, worstLoss, latencyMsMin } of receptions) {
      this.worstLoss[channel] = worstLoss;
      this.latencyMsMin[channel] = latencyMsMin;
    }
  }

  /** Negative when nobody says anything. */
  lossOn(channel: number): number {
    return this.worstLoss[channel] ?? -1;
  }
  /** 0 when nobody says anything. */
  latencyMsOn(channel: number): number {
    return this.latencyMsMin[channel] ?? 0;
  }
}
