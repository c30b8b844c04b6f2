// A plugin that plays to nobody, in a segment of its own in ordinary memory: one slot, real fields at real places.
import { LAYOUT } from '../../bridge/index.js';
import { ROLE_LIVE, type SegmentOffsets, SegmentView, segmentOffsets } from '../path/segment-view.js';
import type { MODE } from '../path/slot-view.js';

const SAMPLE_RATE = 48_000;
const CHANNELS = 2;
const RECORD_HEADER_BYTES = 8;

export const PRACTICE_BLOCK_FRAMES = 64;
export const PRACTICE_BLOCK_US = (PRACTICE_BLOCK_FRAMES * 1e6) / SAMPLE_RATE;

function smallSegment(): SegmentView {
  const real = segmentOffsets(LAYOUT);
  const playoutRing = real.captureRing + CHANNELS * real.ringFrames * 4;
  const slotBytes = playoutRing + CHANNELS * real.ringFrames * 4;
  const at: SegmentOffsets = { ...real, slotCount: 1, channelsMax: CHANNELS, playoutRing, slotBytes };
  return new SegmentView(new ArrayBuffer(at.slots + slotBytes), at);
}

export class PracticePlugin {
  readonly segment = smallSegment();
  private frame = 0;
  private readonly words: number;

  constructor(private readonly mode: (typeof MODE)['send' | 'receive']) {
    this.words = this.segment.at.slots >> 2;
    this.store('claimStamp', 1);
    this.store('state', ROLE_LIVE);
  }

  /** A process() call. @param event a message of three bytes, status first in the lowest; 0: none */
  process(event: number, timeUs: number): void {
    if (event !== 0) this.capture(event);
    this.writeControl(timeUs);
    const { at, f32 } = this.segment;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const ring = ((at.slots + at.captureRing) >> 2) + channel * at.ringFrames;
      for (let i = 0; i < PRACTICE_BLOCK_FRAMES; i++) {
        const frame = this.frame + i;
        f32[ring + (frame & (at.ringFrames - 1))] = Math.sin(frame * 0.03) / 2;
      }
    }
    this.frame += PRACTICE_BLOCK_FRAMES;
    this.store('captureEnd', this.frame);
    this.store('midiPlayoutRead', this.load('midiPlayoutWrite'));
    Atomics.add(this.segment.i32, at.publishCount >> 2, 1);
  }

  private capture(event: number): void {
    const { at, i32 } = this.segment;
    const write = this.load('midiCaptureWrite');
    const record = [this.frame, 3, event];
    const ring = (at.slots + at.midiCaptureRing) >> 2;
    for (const [index, word] of record.entries()) {
      i32[ring + (((write >> 2) + index) & ((at.midiRingBytes >> 2) - 1))] = word;
    }
    this.store('midiCaptureWrite', write + RECORD_HEADER_BYTES + 4);
  }

  private writeControl(timeUs: number): void {
    const { at, i32, f32, f64 } = this.segment;
    const { control } = at;
    const word = (field: number) => this.words + (field >> 2);
    const timeNs = Math.round(timeUs * 1000);
    Atomics.add(i32, word(control.sequence), 1);
    i32[word(control.streamStamp)] = 1;
    i32[word(control.active)] = 1;
    i32[word(control.mode)] = this.mode;
    i32[word(control.channel)] = 1;
    f32[word(control.latencyMs)] = 12;
    i32[word(control.midiOn)] = 1;
    i32[word(control.redundancy)] = 1;
    i32[word(control.channelCountIn)] = CHANNELS;
    i32[word(control.channelCountOut)] = CHANNELS;
    f64[(at.slots + control.sampleRate) >> 3] = SAMPLE_RATE;
    i32[word(control.blockFramesMax)] = PRACTICE_BLOCK_FRAMES;
    i32[word(control.blockFrames)] = PRACTICE_BLOCK_FRAMES;
    i32[word(control.blockFrame)] = this.frame;
    i32[word(control.blockTimeNs)] = (timeNs % 0x1_0000_0000) | 0;
    i32[word(control.blockTimeNs) + 1] = Math.floor(timeNs / 0x1_0000_0000);
    Atomics.add(i32, word(control.sequence), 1);
  }

  private load(field: keyof SegmentOffsets['slot']): number {
    return Atomics.load(this.segment.i32, this.words + (this.segment.at.slot[field] >> 2)) >>> 0;
  }
  private store(field: keyof SegmentOffsets['slot'], value: number): void {
    Atomics.store(this.segment.i32, this.words + (this.segment.at.slot[field] >> 2), value | 0);
  }
}
