// One sender on one channel in one epoch: what its MIDI and audio streams share is their clock.
// The line says which media frame its sender has got to by when; taps are hung on it.
import { IdWindow } from '../dedup/id-window.js';
import { DelayLockedLoop, type DriftEstimator } from '../drift/drift-estimator.js';
import type { MidiReceiveStream } from '../midi/midi-receive-stream.js';
import type { AudioReceiveStream } from './audio-receive-stream.js';
import { LatenessMeter } from './lateness-meter.js';
import type { SongPlace } from './timeline-lock.js';

const WINDOW_US = 1_000_000;

/** Blocks of a base-only peer are taken to be no longer than this: it doesn't say. */
export const BLOCK_FRAMES_ASSUMED = 1024;

export class RemoteSource {
  audio: AudioReceiveStream | null = null;
  midi: MidiReceiveStream | null = null;
  /** Frames a second of its media clock; 0 until a packet says. */
  sampleRate = 0;
  /** How far its packets may bunch up. */
  blockFrames = BLOCK_FRAMES_ASSUMED;
  lastPacketUs = 0;
  ended = false;
  refused = false;
  /** Base-only peers: where the next packet is expected, to smooth a media time made from microseconds. */
  nextMediaTime = -1;
  /** Their newest timestamp, unwrapped to 64 bits. */
  timestampUs = -1;

  /** Base-only peers: burst identifiers seen; theirs have no order. */
  readonly ids: IdWindow | null;
  /** Where its host's song is, once it has said so. */
  song: SongPlace | null = null;
  /** Audio packets, against the earliest. */
  readonly lateness = new LatenessMeter();
  readonly drift: DriftEstimator = new DelayLockedLoop();

  private highestNow = Number.NEGATIVE_INFINITY;
  private highestBefore = Number.NEGATIVE_INFINITY;
  private windowStartUs = 0;

  constructor(
    readonly senderIdLow: number,
    readonly senderIdHigh: number,
    readonly channel: number,
    readonly epoch: number,
    /** The slot of this engine that it comes from, or -1 when it came by network. */
    readonly originSlot: number,
    readonly baseOnly: boolean,
  ) {
    this.ids = baseOnly ? new IdWindow(256) : null;
  }

  /** What its packets say of its clock. [engine-thread] */
  learnRate(sampleRate: number): void {
    if (sampleRate === this.sampleRate) return;
    this.sampleRate = sampleRate;
    this.drift.reset(sampleRate);
  }

  is(senderIdLow: number, senderIdHigh: number, channel: number, epoch: number): boolean {
    return (
      this.epoch === epoch &&
      this.senderIdLow === senderIdLow &&
      this.senderIdHigh === senderIdHigh &&
      this.channel === channel
    );
  }

  /** A packet that begins at `mediaFrame` arrived. [engine-thread] */
  observe(mediaFrame: number, arrivalUs: number, sampleRate: number): void {
    this.lastPacketUs = arrivalUs;
    this.ended = false;
    if (arrivalUs - this.windowStartUs > WINDOW_US) {
      this.highestBefore = this.highestNow;
      this.highestNow = Number.NEGATIVE_INFINITY;
      this.windowStartUs = arrivalUs;
    }
    const intercept = mediaFrame - (arrivalUs * sampleRate) / 1e6;
    if (intercept > this.highestNow) this.highestNow = intercept;
  }

  /** The media frame its earliest packets have got to by `timeUs`. */
  mediaAt(timeUs: number, sampleRate: number): number {
    return Math.max(this.highestNow, this.highestBefore) + (timeUs * sampleRate) / 1e6;
  }

  /** By how much a packet came after the earliest would have, what the sender's blocks explain left out. */
  observeLateness(mediaFrame: number, nowUs: number): void {
    const { sampleRate } = this;
    const packetFrames = this.audio?.packetFrames ?? 0;
    const bunched = Math.max(0, this.blockFrames - packetFrames);
    const frames = this.mediaAt(nowUs, sampleRate) - mediaFrame - bunched;
    this.lateness.observe((frames * 1e6) / sampleRate);
  }

  restartLine(): void {
    this.lateness.clear();
    this.highestNow = Number.NEGATIVE_INFINITY;
    this.highestBefore = Number.NEGATIVE_INFINITY;
  }
}
