// A MIDI device as a client of the segment: it holds a slot without audio and does for it what the plugin
// does for its own, so that the engine's route has no special case for devices.
//
//   device -> receive() -> MIDI capture ring -> engine          frames: 48 kHz of the monotonic clock,
//   device <- emit()    <- MIDI playout ring <- engine          advanced by tick() and by every message
import { setTimeout as delay } from 'node:timers/promises';
import { MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { releaseAll } from '../midi/midi-heal.js';
import { MidiState } from '../midi/midi-state.js';
import type { SegmentView } from '../path/segment-view.js';
import { SlotView } from '../path/slot-view.js';
import {
  DEVICE_BLOCK_FRAMES,
  DEVICE_SAMPLE_RATE,
  DeviceControlBlock,
  type DeviceSlotOptions,
} from './device-control-block.js';
import { PlayoutReader, writeCapture } from './device-rings.js';
import { PendingMidi } from './pending-midi.js';

const HEARTBEAT_MAX_MS = 500;
const ARRIVED_MAX = 4096;
/** The engine takes a slot's messages within a tick; this is many. */
const LINGER_MS = 50;

/** What a device slot needs of the bridge. */
export interface DeviceHost {
  readonly segment: SegmentView;
  readonly layout: Readonly<Record<string, number>>;
  /** -1 when no slot is free. */
  claim(): number;
  /** States that the slot's owner lives. */
  beat(slot: number): void;
  release(slot: number): void;
  ringDoorbell(): void;
  nowUs(): number;
}

export class DeviceSlot {
  /** Messages that were lost on the way in: ring full, too long, not MIDI. */
  dropped = 0;
  private readonly view: SlotView;
  private readonly control: DeviceControlBlock;
  private readonly reader = new PlayoutReader(MIDI_MESSAGE_BYTES_MAX);
  private readonly pending = new PendingMidi();
  private readonly sounding = new MidiState();
  private readonly scratch = new Uint8Array(3);
  /** From the device, not yet published; in the order of their frames. */
  private arrived: { frame: number; message: Uint8Array }[] = [];
  private originUs = 0;
  /** First frame that is not published yet. */
  private frame = 0;
  private closed = false;

  private constructor(
    private readonly host: DeviceHost,
    readonly slot: number,
    options: DeviceSlotOptions,
    private readonly emit: (message: Uint8Array) => void,
  ) {
    this.view = new SlotView(host.segment, slot);
    this.control = new DeviceControlBlock(this.view, host.layout, options);
    const { at } = host.segment;
    this.view.store(at.slot.midiPlayoutRead, this.view.load(at.slot.midiPlayoutWrite));
    this.activate(0);
  }

  /** Null when the segment has no free slot. `emit` gets what the channel plays. [control-thread] */
  static open(
    host: DeviceHost,
    options: DeviceSlotOptions,
    emit: (message: Uint8Array) => void,
  ): DeviceSlot | null {
    const slot = host.claim();
    return slot < 0 ? null : new DeviceSlot(host, slot, options, emit);
  }

  /** A message from the device. It leaves with what else arrives in this turn of the event loop. */
  receive(message: Uint8Array): void {
    const usable = message.length > 0 && message[0] >= 0x80 && message.length <= MIDI_MESSAGE_BYTES_MAX;
    if (!usable || this.closed || this.arrived.length >= ARRIVED_MAX) {
      this.dropped++;
      return;
    }
    if (this.arrived.length === 0) setImmediate(() => this.closed || this.advance());
    this.arrived.push({ frame: Math.max(this.frame, this.frameNow()), message });
  }

  /** To be called every millisecond or two. */
  tick(): void {
    if (this.closed) return;
    this.advance();
    this.play();
  }

  /** Other settings of the same device: no new slot, no gap. */
  change(options: DeviceSlotOptions): void {
    this.control.change(options);
  }

  /** What arrived last still reaches the engine; then the slot is given back. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.advance();
    this.silence();
    this.closed = true;
    await delay(LINGER_MS);
    this.control.deactivate();
    this.publish();
    this.host.release(this.slot);
  }

  private frameNow(): number {
    return Math.floor(((this.host.nowUs() - this.originUs) * DEVICE_SAMPLE_RATE) / 1e6);
  }

  /** A new stream, from `firstFrame` on: at the start, and after a pause that no ring can span. */
  private activate(firstFrame: number): void {
    this.frame = firstFrame;
    this.originUs = this.host.nowUs() - (firstFrame * 1e6) / DEVICE_SAMPLE_RATE;
    this.control.activate(firstFrame);
    for (const event of this.arrived) event.frame = firstFrame;
  }

  /** At least every second. */
  beat(): void {
    this.host.beat(this.slot);
  }

  /** Publishes the frames up to now in blocks, as a DAW would, with the messages that arrived in them. */
  private advance(): void {
    const { ringFrames, slot } = this.host.segment.at;
    if (this.frameNow() - this.frame > ringFrames / 2) {
      this.silence();
      this.activate(this.frame + 2 * ringFrames);
    }
    const end = Math.max(this.frameNow(), (this.arrived.at(-1)?.frame ?? -1) + 1);
    while (this.frame < end) {
      const next = Math.min(end, this.frame + DEVICE_BLOCK_FRAMES);
      this.capture(next);
      this.control.block(this.frame, next - this.frame, this.host.nowUs());
      this.frame = next;
      // SYNC POINT capture-end: releases the block's messages.
      this.view.store(slot.captureEnd, next);
      this.publish();
    }
  }

  private capture(end: number): void {
    let count = 0;
    for (const { frame, message } of this.arrived) {
      if (frame >= end) break;
      if (!writeCapture(this.view, frame, message)) this.dropped++;
      count++;
    }
    if (count > 0) this.arrived = this.arrived.slice(count);
  }

  /** SYNC POINT publish-count: count first, then look whether the engine sleeps. */
  private publish(): void {
    const { segment, layout } = this.host;
    Atomics.add(segment.i32, layout['header.publishCount'] >> 2, 1);
    if (Atomics.exchange(segment.i32, layout['header.engineSleeping'] >> 2, 0) !== 0)
      this.host.ringDoorbell();
  }

  private play(): void {
    if (!this.engineFeedsUs()) {
      this.silence();
      return;
    }
    for (let message = this.reader.next(this.view); message; message = this.reader.next(this.view)) {
      if (!this.pending.add(this.reader.frameLow, message)) this.dropped++;
    }
    for (let message = this.pending.next(this.frame); message; message = this.pending.next(this.frame)) {
      this.sounding.follow(message, 0, message.length);
      this.emit(message);
    }
  }

  private engineFeedsUs(): boolean {
    const { segment } = this.host;
    const beat = Atomics.load(segment.i32, segment.at.engineHeartbeatMs >> 2);
    const ageMs = (Math.floor(this.host.nowUs() / 1000) - beat) | 0;
    if (ageMs > HEARTBEAT_MAX_MS) return false;
    return this.view.load(segment.at.slot.playoutStamp) === this.control.streamStamp;
  }

  /** Lets go of every note that was emitted and still sounds. */
  releaseSounding(): void {
    releaseAll(this.sounding, this.scratch, (bytes, length) => this.emit(bytes.slice(0, length)));
  }

  /** Nothing more is coming: what waits is discarded, what sounds is released. */
  private silence(): void {
    this.pending.clear();
    this.releaseSounding();
  }
}
