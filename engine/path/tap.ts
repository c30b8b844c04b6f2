// Where one remote source meets one slot: a media frame m is played at slot frame m + offset, from the
// first packet on and for as long as both last. The offset is the one place where latency is decided:
//
//   offset = (what the host may have asked for) - (what the sender has got to)   both at the same moment
//          + the host's largest block      its next call may want that much at once
//          + the sender's largest block    its packets may bunch up by that much
//          + one packet                   when its blocks don't divide into packets
//          + the receive latency           for network, jitter and scheduling
import type { HostClock } from './host-clock.js';
import type { RemoteSource } from './remote-source.js';
import type { SlotView } from './slot-view.js';

export class Tap {
  private mediaReference = 0;
  private slotReference = 0;
  private ratio = 1;
  /** Planned frames from the sender's block to the host's, block allowances included. */
  latencyFrames = 0;
  anchored = false;
  /** Slot frame of the latest MIDI event handed over: what ends it must not come before. */
  newestEventFrame = 0;
  /** False when the rates differ: audio is refused then, MIDI is converted. */
  readonly exact: boolean;

  constructor(
    readonly source: RemoteSource,
    private readonly slotRate: number,
  ) {
    this.exact = source.sampleRate === 0 || source.sampleRate === slotRate;
  }

  /** Fixes the tap's place in time. [engine-thread] */
  anchor(clock: HostClock, slot: SlotView, nowUs: number): void {
    const sourceRate = this.source.sampleRate || this.slotRate;
    this.ratio = this.slotRate / sourceRate;
    this.latencyFrames =
      Math.round((slot.latencyMs * this.slotRate) / 1000) +
      slot.blockFramesMax +
      Math.ceil((this.source.blockFrames + this.packetAllowance()) * this.ratio);
    this.mediaReference = Math.floor(this.source.mediaAt(nowUs, sourceRate));
    this.slotReference = Math.ceil(clock.frameAt(nowUs)) + this.latencyFrames;
    this.anchored = true;
  }

  /** The end of a block that no packet divides waits for the next block. */
  private packetAllowance(): number {
    const packetFrames = this.source.audio?.packetFrames ?? 0;
    return this.source.blockFrames > packetFrames ? packetFrames : 0;
  }

  /** Slot frame at which a media frame is played. */
  slotFrame(mediaFrame: number): number {
    if (this.ratio === 1) return mediaFrame - this.mediaReference + this.slotReference;
    return Math.round((mediaFrame - this.mediaReference) * this.ratio) + this.slotReference;
  }

  /** Media frame that is played at a slot frame; for equal rates only. */
  mediaFrame(slotFrame: number): number {
    return slotFrame - this.slotReference + this.mediaReference;
  }
}
