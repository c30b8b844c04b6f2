// What the shim does on a DAW's audio thread, over a virtual segment: capture, control block, playout, MIDI.
import type { SegmentView } from '../../../engine/path/segment-view.js';
import { MODE, TRANSPORT_FLAG } from '../../../engine/path/slot-view.js';
import { extendLow32 } from '../../../engine/toast/sequence.js';

export interface PluginSettings {
  mode: keyof typeof MODE;
  channel: number;
  latencyMs: number;
  sampleRate: number;
  blockFramesMax: number;
  redundancy: number;
  channels: number;
}

export interface PlayedEvent {
  readonly frame: number;
  /** The frame it was meant for; before `frame` when it came late. */
  readonly dueFrame: number;
  readonly bytes: readonly number[];
}

let stamps = 1;

export class VirtualPlugin {
  frame: number;
  /** Interleaved by frame: [left, right] of every frame played so far, from `firstFrame` on. */
  readonly heard: Float32Array[] = [];
  readonly events: PlayedEvent[] = [];
  /** Told of every block instead of keeping it. */
  onHeard: (block: Float32Array, firstFrame: number) => void = (block) => void this.heard.push(block);
  underrunFrames = 0;
  /** Song position of the next block's first frame; null while the transport stands. */
  songFrame: number | null = null;
  timeline = false;
  readonly firstFrame: number;
  private readonly base: number;
  private stamp = stamps++;
  private pending: { frame: number; bytes: number[] }[] = [];

  constructor(
    private readonly segment: SegmentView,
    readonly slot: number,
    readonly settings: PluginSettings,
    startFrame = 0,
  ) {
    this.base = segment.at.slots + slot * segment.at.slotBytes;
    this.frame = startFrame;
    this.firstFrame = startFrame;
    this.put('claimStamp', this.stamp);
    this.put('state', 2);
  }

  /** One process() call at `timeUs`. @param input planar; @param midi frames relative to the block */
  process(
    input: readonly Float32Array[],
    midi: readonly { offset: number; bytes: number[] }[],
    timeUs: number,
  ): void {
    const frames = input[0].length;
    const sends = this.settings.mode !== 'receive';
    if (sends) for (const event of midi) this.captureMidi(this.frame + event.offset, event.bytes);
    this.writeControl(frames, timeUs, true);
    if (sends) this.capture(input);
    this.play(frames);
    this.frame += frames;
    const { i32, at } = this.segment;
    Atomics.add(i32, at.publishCount >> 2, 1);
  }

  deactivate(timeUs: number): void {
    this.writeControl(0, timeUs, false);
  }

  /** As a host does that stops and starts again: a new stream of frames. */
  reactivate(): void {
    this.stamp = stamps++;
    this.frame += 2 * this.segment.at.ringFrames;
  }

  /** The process is gone without a word. */
  vanish(): void {
    this.put('state', 0);
  }

  private captureMidi(frame: number, bytes: readonly number[]): void {
    const { at } = this.segment;
    const ring = new Uint8Array(this.segment.buffer, this.base + at.midiCaptureRing, at.midiRingBytes);
    const mask = ring.length - 1;
    let write = this.get('midiCaptureWrite');
    for (let done = 0; done < bytes.length; ) {
      const piece = Math.min(bytes.length - done, at.midiPieceBytesMax);
      const continues = done + piece < bytes.length ? 1 : 0;
      const header = [frame, frame >>> 8, frame >>> 16, frame >>> 24, piece, piece >>> 8, continues, 0];
      for (let i = 0; i < 8; i++) ring[(write + i) & mask] = header[i];
      for (let i = 0; i < piece; i++) ring[(write + 8 + i) & mask] = bytes[done + i];
      write += 8 + ((piece + 3) & ~3);
      done += piece;
    }
    this.put('midiCaptureWrite', write);
  }

  private capture(input: readonly Float32Array[]): void {
    const { at, f32 } = this.segment;
    const frames = input[0].length;
    for (let c = 0; c < this.settings.channels; c++) {
      const plane = (this.base + at.captureRing) / 4 + c * at.ringFrames;
      for (let i = 0; i < frames; i++) f32[plane + ((this.frame + i) & (at.ringFrames - 1))] = input[c][i];
    }
    this.put('captureEnd', this.frame + frames);
  }

  private play(frames: number): void {
    const { at, f32 } = this.segment;
    const block = new Float32Array(frames * 2);
    if (this.settings.mode !== 'send') {
      const playable = this.get('playoutStamp') === this.stamp;
      const end = extendLow32(this.get('playoutEnd'), this.frame);
      const held = playable ? Math.max(0, Math.min(frames, end - this.frame)) : 0;
      if (playable) this.underrunFrames += frames - held;
      for (let c = 0; c < 2; c++) {
        const plane = (this.base + at.playoutRing) / 4 + c * at.ringFrames;
        for (let i = 0; i < held; i++)
          block[i * 2 + c] = f32[plane + ((this.frame + i) & (at.ringFrames - 1))];
      }
      this.takeMidi(frames);
    }
    this.onHeard(block, this.frame);
  }

  private takeMidi(frames: number): void {
    const { at } = this.segment;
    const ring = new Uint8Array(this.segment.buffer, this.base + at.midiPlayoutRing, at.midiRingBytes);
    const mask = ring.length - 1;
    const write = this.get('midiPlayoutWrite');
    let read = this.get('midiPlayoutRead');
    let message: number[] = [];
    while (read !== write) {
      const byte = (i: number) => ring[(read + i) & mask];
      const low = (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
      const length = byte(4) | (byte(5) << 8);
      for (let i = 0; i < length; i++) message.push(byte(8 + i));
      if ((byte(6) & 1) === 0) {
        this.pending.push({ frame: extendLow32(low, this.frame), bytes: message });
        message = [];
      }
      read = (read + 8 + ((length + 3) & ~3)) >>> 0;
    }
    this.put('midiPlayoutRead', read);
    this.pending.sort((a, b) => a.frame - b.frame);
    const end = this.frame + frames;
    for (const { frame, bytes } of this.pending) {
      if (frame < end) this.events.push({ frame: Math.max(frame, this.frame), dueFrame: frame, bytes });
    }
    this.pending = this.pending.filter((event) => event.frame >= end);
  }

  private writeControl(frames: number, timeUs: number, active: boolean): void {
    const { at, i32, f32, f64 } = this.segment;
    const { settings } = this;
    const word = (offset: number) => (this.base + offset) >> 2;
    const long = (offset: number, value: number) => {
      i32[word(offset)] = (value % 0x1_0000_0000) | 0;
      i32[word(offset) + 1] = Math.floor(value / 0x1_0000_0000);
    };
    const c = at.control;
    Atomics.add(i32, word(c.sequence), 1);
    i32[word(c.streamStamp)] = this.stamp;
    i32[word(c.active)] = active ? 1 : 0;
    i32[word(c.mode)] = MODE[settings.mode];
    i32[word(c.channel)] = settings.channel;
    f32[word(c.latencyMs)] = settings.latencyMs;
    i32[word(c.midiOn)] = 1;
    i32[word(c.redundancy)] = settings.redundancy;
    i32[word(c.channelCountIn)] = settings.channels;
    i32[word(c.channelCountOut)] = 2;
    f64[(this.base + c.sampleRate) >> 3] = settings.sampleRate;
    i32[word(c.blockFramesMax)] = settings.blockFramesMax;
    if (frames > 0) {
      i32[word(c.blockFrames)] = frames;
      long(c.blockFrame, this.frame);
      long(c.blockTimeNs, Math.round(timeUs * 1000));
    }
    long(c.streamFrame, this.firstFrameOfStream());
    const rolling = TRANSPORT_FLAG.playing | TRANSPORT_FLAG.positionValid;
    i32[word(c.transportFlags)] = this.songFrame === null ? 0 : rolling;
    long(c.songFrame, this.songFrame ?? 0);
    i32[word(c.timeline)] = this.timeline ? 1 : 0;
    Atomics.add(i32, word(c.sequence), 1);
  }

  private streamStart = -1;
  private streamStartStamp = -1;
  private firstFrameOfStream(): number {
    if (this.streamStartStamp !== this.stamp) {
      this.streamStartStamp = this.stamp;
      this.streamStart = this.frame;
    }
    return this.streamStart;
  }

  private put(field: keyof SegmentView['at']['slot'], value: number): void {
    Atomics.store(this.segment.i32, (this.base + this.segment.at.slot[field]) >> 2, value | 0);
  }
  private get(field: keyof SegmentView['at']['slot']): number {
    return Atomics.load(this.segment.i32, (this.base + this.segment.at.slot[field]) >> 2) >>> 0;
  }
}
