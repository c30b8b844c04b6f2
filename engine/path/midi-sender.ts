// MIDI out: the events of the capture ring leave at once, before any audio of the tick, and every packet carries
// the journal of what went before. Between events the journal is repeated, and a state record heals the rest.

import {
  FRAGMENTS_MAX,
  MIDI_BATCH_EVENTS,
  MIDI_BODY_BYTES_MAX,
  MIDI_MESSAGE_BYTES_MAX,
} from '../base/limits.js';
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { JOURNAL_MESSAGE_BYTES_MAX, MidiJournal } from '../midi/midi-journal.js';
import { MidiCaptureReader } from '../midi/midi-ring.js';
import { writeMidiState } from '../midi/midi-state-record.js';
import { ByteSlab } from '../toast/byte-slab.js';
import { MidiBatch, writeMidiBody, writeMidiLong } from '../toast/midi-codec.js';
import { extendLow32 } from '../toast/sequence.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { EngineSlot } from './engine-slot.js';
import type { SendStream } from './send-stream.js';

export interface MidiSendSettings {
  readonly format: number;
  readonly maxDatagramBytes: number;
  readonly copies: number;
  /** How long an event is repeated; 0 sends bursts only, no journal and no state. */
  readonly journalUs: number;
}

/** New events sent together: few enough for one packet, so that packets leave in the order of their events. */
const FRESH_MAX = 16;
/**
 * A new event's own packet carries only so many older ones: writing and reading a whole journal takes as long as
 * the packet's way. The whole of it follows 2 ms later.
 */
const JOURNAL_BEHIND_FRESH = 8;
/** Of a BINARY event; every other format's are longer. */
const EVENT_BYTES_MIN = 11;
/** Long messages have no journal: they get at least this many copies where one is kept. */
const LONG_COPIES_MIN = 5;
const STATE_US = 100_000;
/** The state is repeated for so long after the last event, and for as long as a note sounds. */
const STATE_FOR_US = 10e6;

/** Buffers that all MIDI senders of the thread share: used within one call only. */
export class MidiSendScratch {
  readonly reader = new MidiCaptureReader(MIDI_MESSAGE_BYTES_MAX);
  readonly batch = new MidiBatch(MIDI_BATCH_EVENTS, MIDI_MESSAGE_BYTES_MAX);
  readonly long = new ByteSlab(MIDI_BODY_BYTES_MAX);
  readonly written = { bytes: 0, next: 0 };
}

export class MidiSender {
  private readonly journal = new MidiJournal();
  private nextEvent = 1;
  private startFrame = 0;
  private fresh = 0;
  private lastEventUs = 0;
  private stateUs = Number.POSITIVE_INFINITY;

  constructor(
    readonly stream: SendStream,
    private readonly scratch: MidiSendScratch,
    private readonly metrics: MetricsSlab,
  ) {}

  begin(startFrame: number): void {
    this.startFrame = startFrame;
  }

  /** [engine-thread] */
  tick(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { reader } = this.scratch;
    while (reader.next(slot.view)) {
      const frame = extendLow32(reader.frameLow, slot.blockEnd);
      // What waited in the ring since before the stream began is not news.
      if (frame < this.startFrame) continue;
      this.metrics.cells[this.stream.row + STREAM.captured]++;
      const number = this.nextEvent;
      this.nextEvent = (this.nextEvent + 1) >>> 0;
      if (reader.length > JOURNAL_MESSAGE_BYTES_MAX) {
        this.sendFresh(slot, settings, nowUs);
        this.sendLong(slot, settings, frame, number, nowUs);
        continue;
      }
      this.journal.add(number, frame, reader.bytes, 0, reader.length, nowUs);
      this.lastEventUs = nowUs;
      if (this.stateUs === Number.POSITIVE_INFINITY) this.stateUs = nowUs + STATE_US;
      if (++this.fresh >= FRESH_MAX) this.sendFresh(slot, settings, nowUs);
    }
    this.sendFresh(slot, settings, nowUs);
    if (settings.journalUs > 0) this.repeat(slot, settings, nowUs);
  }

  /** When the journal or the state is owed next. */
  dueUs(settings: MidiSendSettings): number {
    return settings.journalUs > 0 ? Math.min(this.journal.dueUs, this.stateUs) : Number.POSITIVE_INFINITY;
  }

  /** New events, newest first, and behind them as much of the journal as fits. */
  private sendFresh(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { fresh } = this;
    if (fresh === 0) return;
    this.fresh = 0;
    const { batch, written } = this.scratch;
    const behind = settings.journalUs > 0 ? JOURNAL_BEHIND_FRESH : 0;
    this.journal.collect(batch, slot.blockEnd, fresh + behind, settings.journalUs, nowUs);
    const last = batch.count;
    for (let at = 0; at < fresh && at < last; at = written.next) {
      if (!this.sendBatch(slot, settings, at, settings.copies, nowUs)) return;
    }
    this.journal.sent(settings.journalUs, nowUs);
  }

  private repeat(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    if (nowUs >= this.journal.dueUs) {
      const { batch } = this.scratch;
      const fit = Math.ceil((settings.maxDatagramBytes - BODY_OFFSET) / EVENT_BYTES_MIN);
      this.journal.collect(batch, slot.blockEnd, fit, settings.journalUs, nowUs);
      if (batch.count > 0) this.sendBatch(slot, settings, 0, 1, nowUs);
      this.journal.sent(settings.journalUs, nowUs);
    }
    if (nowUs < this.stateUs) return;
    const unsettled = this.journal.settle(settings.journalUs, nowUs);
    const wanted = unsettled || this.journal.settled.sounding > 0 || nowUs - this.lastEventUs < STATE_FOR_US;
    this.stateUs = wanted ? nowUs + STATE_US : Number.POSITIVE_INFINITY;
    if (this.journal.settledNumber > 0) this.sendState(slot, settings, nowUs);
  }

  /** One packet of the batch from event `at` on; false when not even one fits. */
  private sendBatch(
    slot: EngineSlot,
    settings: MidiSendSettings,
    at: number,
    copies: number,
    nowUs: number,
  ): boolean {
    const { batch, written } = this.scratch;
    const { stream } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    const offset = stream.history.next();
    stream.fields.format = settings.format;
    writeMidiBody(settings.format, stream.slab, offset + BODY_OFFSET, room, batch, at, written);
    if (written.next === at) return false;
    if (written.bytes === 0) return true;
    this.number(slot);
    stream.send(offset, written.bytes, copies, nowUs);
    return true;
  }

  private sendState(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { stream } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    const offset = stream.history.next();
    const { settledNumber, settled } = this.journal;
    const bytes = writeMidiState(stream.slab.u8, offset + BODY_OFFSET, room, settledNumber, settled);
    stream.fields.format = PAYLOAD_FORMAT.binary;
    this.number(slot);
    stream.send(offset, bytes, 1, nowUs);
  }

  /** A message longer than the journal takes: alone, in equal fragments and a shorter last one. */
  private sendLong(
    slot: EngineSlot,
    settings: MidiSendSettings,
    frame: number,
    number: number,
    nowUs: number,
  ): void {
    const { batch, long, reader } = this.scratch;
    const { stream, metrics } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    batch.clear();
    batch.push(frame - slot.blockEnd, number, reader.bytes, 0, reader.length);
    const bodyBytes = writeMidiLong(settings.format, long, 0, long.u8.length, batch, 0);
    const count = Math.ceil(bodyBytes / room);
    if (count === 0 || count > FRAGMENTS_MAX) {
      metrics.cells[stream.row + STREAM.overruns]++;
      return;
    }
    const copies = settings.journalUs > 0 ? Math.max(settings.copies, LONG_COPIES_MIN) : settings.copies;
    stream.fields.format = settings.format;
    this.number(slot);
    stream.fields.fragmentCount = count;
    for (let fragment = 0; fragment < count; fragment++) {
      const start = fragment * room;
      const bytes = Math.min(room, bodyBytes - start);
      const offset = stream.history.next();
      const { u8 } = stream.slab;
      for (let i = 0; i < bytes; i++) u8[offset + BODY_OFFSET + i] = long.u8[start + i];
      stream.fields.fragmentIndex = fragment;
      stream.send(offset, bytes, copies, nowUs);
    }
  }

  /** Packets are placed at the present end of the capture; their events lie before it. */
  private number(slot: EngineSlot): void {
    const { view } = slot;
    this.stream.number(slot.blockEnd - view.streamFrame, view.blockTimeUs);
  }
}
