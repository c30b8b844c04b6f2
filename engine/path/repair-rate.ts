// How many repair packets a stream gets and how far back they reach: as configured, or as receivers' announced
// loss and latency ask for. Who hears no announcement stays at what is configured.
import { AdaptiveRate } from '../fec/adaptive-rate.js';
import { windowPacketsFor } from '../fec/rate-plan.js';

/** For the default receive latency and packets of 64 frames at 48 kHz. */
const WINDOW_PACKETS_DEFAULT = 7;

export interface RepairSettings {
  /** Bytes on the wire against the same stream without redundancy, headers and all. */
  readonly bytesRatio: number;
  /** The ratio follows the loss that receivers announce. */
  readonly adaptive: boolean;
  /** Source packets that each repair packet protects; 0: as the receivers' latency asks for. */
  readonly windowPackets: number;
}

export class RepairRate {
  bytesRatio: number;
  windowPackets: number;
  private readonly adaptive: AdaptiveRate;

  constructor(private readonly settings: RepairSettings) {
    this.adaptive = new AdaptiveRate(settings.bytesRatio);
    this.bytesRatio = settings.bytesRatio;
    this.windowPackets = settings.windowPackets || WINDOW_PACKETS_DEFAULT;
  }

  /**
   * Receivers spoke, or are silent.
   * @param worstLoss share of packets, negative when nobody says anything
   * @param latencyMsMin the smallest receive latency, 0 when nobody says anything [engine-thread]
   */
  hear(
    worstLoss: number,
    latencyMsMin: number,
    packetFrames: number,
    sampleRate: number,
    windowMax: number,
    nowUs: number,
  ): void {
    if (this.settings.adaptive) this.bytesRatio = this.adaptive.update(worstLoss, nowUs);
    if (this.settings.windowPackets > 0) return;
    this.windowPackets =
      latencyMsMin > 0
        ? windowPacketsFor(latencyMsMin, packetFrames, sampleRate, windowMax)
        : WINDOW_PACKETS_DEFAULT;
  }
}
