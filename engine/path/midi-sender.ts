// MIDI out: the events of the capture ring, as many a packet as fit, at once and before any audio of the tick.

import {
  FRAGMENTS_MAX,
  MIDI_BATCH_EVENTS,
  MIDI_BODY_BYTES_MAX,
  MIDI_MESSAGE_BYTES_MAX,
} from '../base/limits.js';
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { MidiCaptureReader } from '../midi/midi-ring.js';
import { ByteSlab } from '../toast/byte-slab.js';
import { MidiBatch, writeMidiBody, writeMidiLong } from '../toast/midi-codec.js';
import { extendLow32 } from '../toast/sequence.js';
import { BODY_OFFSET } from '../toast/types.js';
import type { EngineSlot } from './engine-slot.js';
import type { SendStream } from './send-stream.js';

export interface MidiSendSettings {
  readonly format: number;
  readonly maxDatagramBytes: number;
  readonly copies: number;
}

/** Buffers that all MIDI senders of the thread share: used within one call only. */
export class MidiSendScratch {
  readonly reader = new MidiCaptureReader(MIDI_MESSAGE_BYTES_MAX);
  readonly batch = new MidiBatch(MIDI_BATCH_EVENTS, MIDI_MESSAGE_BYTES_MAX);
  readonly long = new ByteSlab(MIDI_BODY_BYTES_MAX);
  readonly written = { bytes: 0, next: 0 };
}

export class MidiSender {
  private nextEvent = 0;
  private startFrame = 0;

  constructor(
    readonly stream: SendStream,
    private readonly scratch: MidiSendScratch,
    private readonly metrics: MetricsSlab,
  ) {}

  begin(startFrame: number): void {
    this.nextEvent = 1;
    this.startFrame = startFrame;
  }

  /** [engine-thread] */
  tick(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { reader, batch } = this.scratch;
    const { view } = slot;
    batch.clear();
    let first = 0;
    while (reader.next(view)) {
      const frame = extendLow32(reader.frameLow, slot.blockEnd);
      // What waited in the ring since before the stream began is not news.
      if (frame < this.startFrame) continue;
      if (batch.count === 0) first = frame;
      if (!batch.push(frame - first, this.nextEvent, reader.bytes, 0, reader.length)) {
        this.flush(slot, settings, first, nowUs);
        first = frame;
        batch.push(0, this.nextEvent, reader.bytes, 0, reader.length);
      }
      this.nextEvent = (this.nextEvent + 1) >>> 0;
      this.metrics.cells[this.stream.row + STREAM.captured]++;
    }
    this.flush(slot, settings, first, nowUs);
  }

  private flush(slot: EngineSlot, settings: MidiSendSettings, firstFrame: number, nowUs: number): void {
    const { batch, written } = this.scratch;
    const { stream } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    for (let at = 0; at < batch.count; ) {
      const offset = stream.history.next();
      writeMidiBody(stream.fields.format, stream.slab, offset + BODY_OFFSET, room, batch, at, written);
      const frame = firstFrame + batch.frameOffset[at];
      if (written.next === at) {
        this.sendLong(slot, settings, firstFrame, at, nowUs);
        at++;
        continue;
      }
      at = written.next;
      if (written.bytes === 0) continue;
      this.number(slot, firstFrame, frame);
      stream.send(offset, written.bytes, settings.copies, nowUs);
    }
    batch.clear();
  }

  /** An event longer than a datagram: equal fragments, a shorter last one, one sequence number. */
  private sendLong(
    slot: EngineSlot,
    settings: MidiSendSettings,
    firstFrame: number,
    at: number,
    nowUs: number,
  ): void {
    const { batch, long } = this.scratch;
    const { stream } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    const bodyBytes = writeMidiLong(stream.fields.format, long, 0, long.u8.length, batch, at);
    const count = Math.ceil(bodyBytes / room);
    if (count === 0 || count > FRAGMENTS_MAX) {
      this.metrics.cells[stream.row + STREAM.overruns]++;
      return;
    }
    this.number(slot, firstFrame, firstFrame + batch.frameOffset[at]);
    stream.fields.fragmentCount = count;
    for (let fragment = 0; fragment < count; fragment++) {
      const start = fragment * room;
      const bytes = Math.min(room, bodyBytes - start);
      const offset = stream.history.next();
      const { u8 } = stream.slab;
      for (let i = 0; i < bytes; i++) u8[offset + BODY_OFFSET + i] = long.u8[start + i];
      stream.fields.fragmentIndex = fragment;
      stream.send(offset, bytes, settings.copies, nowUs);
    }
  }

  /** @param frame of the packet's first event: its capture time is the packet's */
  private number(slot: EngineSlot, firstFrame: number, frame: number): void {
    const { view } = slot;
    const agoUs = (Math.max(0, slot.blockEnd - frame) * 1e6) / view.sampleRate;
    this.stream.number(firstFrame - view.streamFrame, view.blockTimeUs - agoUs);
  }
}
