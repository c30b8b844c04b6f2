// One slot of the shared segment as the engine sees it: a checked snapshot of its control block, its
// four rings and the fields the engine publishes. Everything read here comes from a stranger.
import { FRAME_NUMBER_MAX } from '../base/limits.js';
import type { SegmentView } from './segment-view.js';

const SEQLOCK_TRIES_MAX = 8;

export const MODE = { send: 0, receive: 1, sendReceive: 2, bypass: 3 } as const;
export const SLOT_STATUS = { noEngine: 0, noPeers: 1, connected: 2, receiving: 3, refused: 4 } as const;
export const TRANSPORT_FLAG = {
  playing: 1,
  recording: 2,
  looping: 4,
  tempoValid: 8,
  signatureValid: 16,
  positionValid: 32,
} as const;

export class SlotView {
  /** Planar f32, `segment.ringFrames` a channel; owner: the segment; written by the plugin. */
  readonly capture: Float32Array;
  /** Planar f32; written by the engine only. */
  readonly playout: Float32Array;
  readonly midiCapture: Uint8Array;
  readonly midiPlayout: Uint8Array;
  readonly byteOffset: number;

  // Snapshot of the control block, valid after readControl() said true.
  streamStamp = 0;
  active = false;
  mode = 0;
  channel = 1;
  latencyMs = 0;
  midiOn = false;
  redundancy = 0;
  channelsIn = 0;
  channelsOut = 0;
  sampleRate = 48000;
  blockFramesMax = 0;
  blockFrames = 0;
  blockFrame = 0;
  blockTimeUs = 0;
  /** First frame of the stream that this activation began. */
  streamFrame = 0;
  offline = false;
  transportFlags = 0;
  songFrame = 0;
  tempo = 0;
  signatureNumerator = 0;
  signatureDenominator = 0;
  loopStartFrame = 0;
  loopEndFrame = 0;
  /** Remote material is to land at the song position at which it was played. */
  timeline = false;

  private lastSequence = -1;
  private readonly words: number;

  constructor(
    readonly segment: SegmentView,
    readonly index: number,
  ) {
    const { buffer, at } = segment;
    this.byteOffset = at.slots + index * at.slotBytes;
    this.words = this.byteOffset >> 2;
    const ring = (offset: number) =>
      new Float32Array(buffer, this.byteOffset + offset, at.channelsMax * at.ringFrames);
    this.capture = ring(at.captureRing);
    this.playout = ring(at.playoutRing);
    this.midiCapture = new Uint8Array(buffer, this.byteOffset + at.midiCaptureRing, at.midiRingBytes);
    this.midiPlayout = new Uint8Array(buffer, this.byteOffset + at.midiPlayoutRing, at.midiRingBytes);
  }

  /** An atomic 32-bit field of the slot, by its byte offset in the slot, as an unsigned number. [engine-thread] */
  load(field: number): number {
    return Atomics.load(this.segment.i32, this.words + (field >> 2)) >>> 0;
  }
  store(field: number, value: number): void {
    Atomics.store(this.segment.i32, this.words + (field >> 2), value | 0);
  }

  /**
   * Takes a snapshot of the control block. False when nothing is new; an invalid block reads as inactive.
   * SYNC POINT control-block: pairs with the shim's seqlock writer. [engine-thread]
   */
  readControl(): boolean {
    const sequenceWord = this.words + (this.segment.at.control.sequence >> 2);
    const { i32 } = this.segment;
    for (let attempt = 0; attempt < SEQLOCK_TRIES_MAX; attempt++) {
      const before = Atomics.load(i32, sequenceWord);
      if (before === this.lastSequence) return false;
      if ((before & 1) !== 0) continue;
      this.copyControl();
      if (Atomics.load(i32, sequenceWord) !== before) continue;
      this.lastSequence = before;
      if (!this.isPlausible()) this.active = false;
      return true;
    }
    return false;
  }

  /** Forgets the last snapshot, so that the next readControl() reads afresh. */
  forget(): void {
    this.lastSequence = -1;
    this.streamStamp = 0;
    this.active = false;
  }

  get sends(): boolean {
    return this.active && !this.offline && (this.mode === MODE.send || this.mode === MODE.sendReceive);
  }
  get receives(): boolean {
    return this.active && !this.offline && (this.mode === MODE.receive || this.mode === MODE.sendReceive);
  }

  private copyControl(): void {
    const at = this.segment.at.control;
    const { i32, f32 } = this.segment;
    const w = this.words;
    this.streamStamp = i32[w + (at.streamStamp >> 2)] >>> 0;
    this.active = i32[w + (at.active >> 2)] !== 0;
    this.mode = i32[w + (at.mode >> 2)];
    this.channel = i32[w + (at.channel >> 2)];
    this.latencyMs = f32[w + (at.latencyMs >> 2)];
    this.midiOn = i32[w + (at.midiOn >> 2)] !== 0;
    this.redundancy = i32[w + (at.redundancy >> 2)];
    this.channelsIn = i32[w + (at.channelCountIn >> 2)];
    this.channelsOut = i32[w + (at.channelCountOut >> 2)];
    this.sampleRate = this.double(at.sampleRate);
    this.blockFramesMax = i32[w + (at.blockFramesMax >> 2)];
    this.blockFrames = i32[w + (at.blockFrames >> 2)];
    this.blockFrame = this.unsigned64(at.blockFrame);
    this.blockTimeUs = this.unsigned64(at.blockTimeNs) / 1000;
    this.streamFrame = this.unsigned64(at.streamFrame);
    this.offline = i32[w + (at.offline >> 2)] !== 0;
    this.transportFlags = i32[w + (at.transportFlags >> 2)];
    this.songFrame = this.signed64(at.songFrame);
    this.tempo = this.double(at.tempo);
    this.signatureNumerator = i32[w + (at.signatureNumerator >> 2)];
    this.signatureDenominator = i32[w + (at.signatureDenominator >> 2)];
    this.loopStartFrame = this.signed64(at.loopStartFrame);
    this.loopEndFrame = this.signed64(at.loopEndFrame);
    this.timeline = i32[w + (at.timeline >> 2)] !== 0;
  }

  private isPlausible(): boolean {
    const { channelsMax, blockFramesMax } = this.segment.at;
    return (
      this.streamStamp !== 0 &&
      this.mode >= 0 &&
      this.mode <= MODE.bypass &&
      this.channel >= 1 &&
      this.channel <= 64 &&
      this.latencyMs >= 0 &&
      this.latencyMs <= 5000 &&
      this.channelsIn >= 0 &&
      this.channelsIn <= channelsMax &&
      this.channelsOut >= 0 &&
      this.channelsOut <= channelsMax &&
      this.sampleRate >= 8000 &&
      this.sampleRate <= 768000 &&
      this.blockFramesMax >= 1 &&
      this.blockFramesMax <= blockFramesMax &&
      this.blockFrames >= 0 &&
      this.blockFrames <= blockFramesMax &&
      this.blockFrame <= FRAME_NUMBER_MAX &&
      this.streamFrame <= this.blockFrame &&
      this.blockTimeUs <= Number.MAX_SAFE_INTEGER
    );
  }

  private double(field: number): number {
    return this.segment.f64[(this.byteOffset + field) >> 3];
  }
  private unsigned64(field: number): number {
    const w = this.words + (field >> 2);
    return (this.segment.i32[w] >>> 0) + (this.segment.i32[w + 1] >>> 0) * 0x1_0000_0000;
  }
  private signed64(field: number): number {
    const w = this.words + (field >> 2);
    return (this.segment.i32[w] >>> 0) + this.segment.i32[w + 1] * 0x1_0000_0000;
  }
}
