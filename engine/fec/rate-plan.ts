// How many repair packets follow a source packet: as many as the bytes allow. `bytesRatio` is what a stream
// costs on the wire against the same stream without redundancy, headers and all: 1 nothing but the source
// packets, 3 three times the bytes. What a packet is owed and not given is carried over to the next.

/** Repair packets after one source packet; a short packet after long ones could be owed more. */
export const REPAIRS_PER_PACKET_MAX = 8;

export class RatePlan {
  private owedBytes = 0;

  constructor(private bytesRatio: number) {}

  /** The stream begins anew. [engine-thread] */
  begin(): void {
    this.owedBytes = 0;
  }

  get ratio(): number {
    return this.bytesRatio;
  }

  /** From the next packet on. [engine-thread] */
  setRatio(bytesRatio: number): void {
    this.bytesRatio = Math.max(1, bytesRatio);
  }

  /**
   * A source packet of `sourceBytes` was sent, repair packets would have `repairBytes`, both as datagrams.
   * Returns how many of them are to follow it. [engine-thread]
   */
  repairsAfter(sourceBytes: number, repairBytes: number): number {
    this.owedBytes += (this.bytesRatio - 1) * sourceBytes;
    const repairs = Math.min(REPAIRS_PER_PACKET_MAX, Math.floor(this.owedBytes / repairBytes));
    this.owedBytes = Math.min(this.owedBytes - repairs * repairBytes, repairBytes);
    return repairs;
  }
}

/** A repair packet that covers more of the past than this share of the latency delays what could be in time. */
const WINDOW_SHARE = 0.8;
export const WINDOW_PACKETS_MIN = 4;

/**
 * The window that restores most in time, in packets. Independent loss is indifferent to it from 5 packets on;
 * for loss bursts a packet must be solved without those that are too late already (bench fec). At 12 ms and
 * 64 frames: 7. [any-thread]
 */
export function windowPacketsFor(
  latencyMs: number,
  packetFrames: number,
  sampleRate: number,
  windowMax: number,
): number {
  const latencyPackets = Math.floor((latencyMs * sampleRate) / (1000 * packetFrames) + 1e-6);
  return Math.min(windowMax, Math.max(WINDOW_PACKETS_MIN, Math.floor(latencyPackets * WINDOW_SHARE)));
}
