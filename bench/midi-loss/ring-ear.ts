// Notes when a MIDI message reaches a slot's playout ring: the earliest a plugin could play it.
import type { SegmentView } from '../../engine/path/segment-view.js';

export interface Heard {
  readonly atUs: number;
  readonly bytes: readonly number[];
}

export class RingEar {
  readonly heard: Heard[] = [];
  private readonly ring: Uint8Array;
  private readonly writeAt: number;
  private read: number;
  private message: number[] = [];

  constructor(
    private readonly segment: SegmentView,
    slot: number,
  ) {
    const { at, buffer } = segment;
    const base = at.slots + slot * at.slotBytes;
    this.ring = new Uint8Array(buffer, base + at.midiPlayoutRing, at.midiRingBytes);
    this.writeAt = (base + at.slot.midiPlayoutWrite) >> 2;
    this.read = this.written();
  }

  /** To be called whenever the engine may have written. */
  listen(nowUs: number): void {
    const write = this.written();
    const mask = this.ring.length - 1;
    while (this.read !== write) {
      const byte = (i: number) => this.ring[(this.read + i) & mask];
      const length = byte(4) | (byte(5) << 8);
      for (let i = 0; i < length; i++) this.message.push(byte(8 + i));
      if ((byte(6) & 1) === 0) {
        this.heard.push({ atUs: nowUs, bytes: this.message });
        this.message = [];
      }
      this.read = (this.read + 8 + ((length + 3) & ~3)) >>> 0;
    }
  }

  private written(): number {
    return Atomics.load(this.segment.i32, this.writeAt) >>> 0;
  }
}
