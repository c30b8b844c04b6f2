// MIDI out: the events of the capture ring leave at once, before any audio of the tick, and every packet carries
// the journal of what went before. Between events the journal is repeated, and a state record heals the rest.

import { MIDI_MESSAGE_BYTES_MAX } from '../base/limits.js';
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { LongMessages } from '../midi/long-messages.js';
import { JOURNAL_EVENTS, JOURNAL_MESSAGE_BYTES_MAX, MidiJournal } from '../midi/midi-journal.js';
import { MidiCaptureReader } from '../midi/midi-ring.js';
import { MIDI_CHANNELS } from '../midi/midi-state.js';
import { type MidiRecord, writeMidiState } from '../midi/midi-state-record.js';
import { MidiBatch, type MidiWritten, writeMidiBody } from '../toast/midi-codec.js';
import { isMidiMessage } from '../toast/midi-message.js';
import { extendLow32 } from '../toast/sequence.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { EngineSlot } from './engine-slot.js';
import { LongMidiSender, LongSendScratch } from './long-midi-sender.js';
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
 * Every packet carries all events of so long, longer than nearly any loss burst: what comes first after one brings
 * everything, in order. An event that overtook an older one of the same controller would make that one stale.
 */
const YOUNG_US = 400_000;
/** So often a packet is filled up with what is older. */
const WHOLE_US = 8_000;
/** More than this don't fit a packet as text: they travel as BINARY, a fourth of the bytes and of the time. */
const TEXT_EVENTS_MAX = 28;
/** Of a BINARY event. */
const EVENT_HEADER_BYTES = 10;
const EVENT_BYTES_MIN = 11;
const PARTS_MAX = 6;
const STATE_US = 100_000;
/** The state is repeated for so long after the last event, and for as long as a note sounds. */
const STATE_FOR_US = 10e6;

/** Buffers that all MIDI senders of the thread share: used within one call only. */
export class MidiSendScratch {
  readonly reader = new MidiCaptureReader(MIDI_MESSAGE_BYTES_MAX);
  readonly batch = new MidiBatch(JOURNAL_EVENTS, JOURNAL_EVENTS * JOURNAL_MESSAGE_BYTES_MAX);
  readonly written: MidiWritten = { bytes: 0, next: 0 };
  readonly record: MidiRecord = { channels: 0, bytes: 0, next: 0 };
  /** Where the parts of a journal begin that is too large for one packet. */
  readonly parts = new Uint16Array(PARTS_MAX + 1);
  readonly messages = new LongMessages();
  readonly long = new LongSendScratch();
}

export class MidiSender {
  readonly long: LongMidiSender;
  private readonly journal = new MidiJournal();
  private nextEvent = 1;
  private startFrame = 0;
  private fresh = 0;
  private lastEventUs = 0;
  private wholeUs = 0;
  private stateUs = Number.POSITIVE_INFINITY;

  constructor(
    readonly stream: SendStream,
    private readonly scratch: MidiSendScratch,
    private readonly metrics: MetricsSlab,
  ) {
    this.long = new LongMidiSender(stream, scratch.messages, scratch.long, metrics);
  }

  begin(startFrame: number): void {
    this.startFrame = startFrame;
  }

  /** [engine-thread] */
  tick(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { reader } = this.scratch;
    this.long.follow(slot.view.blockTimeUs);
    while (reader.next(slot.view)) {
      const frame = extendLow32(reader.frameLow, slot.blockEnd);
      // What waited in the ring since before the stream began is not news.
      if (frame < this.startFrame) continue;
      this.metrics.cells[this.stream.row + STREAM.captured]++;
      if (!isMidiMessage(reader.bytes, 0, reader.length)) continue;
      this.lastEventUs = nowUs;
      if (this.stateUs === Number.POSITIVE_INFINITY) this.stateUs = nowUs + STATE_US;
      if (reader.length > JOURNAL_MESSAGE_BYTES_MAX) {
        this.sendFresh(slot, settings, nowUs);
        this.long.begin(slot, settings, frame, reader.bytes, reader.length, nowUs);
        continue;
      }
      this.journal.add(this.nextEvent, frame, reader.bytes, 0, reader.length, nowUs);
      // 0 stands for no number.
      this.nextEvent = (this.nextEvent + 1) >>> 0 || 1;
      if (++this.fresh >= FRESH_MAX) this.sendFresh(slot, settings, nowUs);
    }
    this.sendFresh(slot, settings, nowUs);
    if (settings.journalUs > 0) this.repeat(slot, settings, nowUs);
  }

  /** When the journal or the state is owed next. */
  dueUs(settings: MidiSendSettings): number {
    return settings.journalUs > 0 ? Math.min(this.journal.dueUs, this.stateUs) : Number.POSITIVE_INFINITY;
  }

  /** New events, newest first, and behind them what is young. */
  private sendFresh(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { fresh, journal } = this;
    if (fresh === 0) return;
    this.fresh = 0;
    const { batch, written } = this.scratch;
    if (settings.journalUs === 0) {
      journal.collect(batch, slot.blockEnd, fresh, settings.journalUs, nowUs);
      for (let at = 0; at < batch.count; at = written.next) {
        if (!this.write(settings, settings.format, at)) return;
        this.sendWritten(slot, settings.copies, nowUs);
      }
      return;
    }
    const needed = Math.max(fresh, journal.younger(Math.min(YOUNG_US, settings.journalUs), nowUs));
    const fit = Math.min(needed, eventsMax(settings));
    journal.collect(batch, slot.blockEnd, fit, settings.journalUs, nowUs);
    if (!this.writeText(settings, needed)) this.write(settings, PAYLOAD_FORMAT.binary, 0);
    this.sendWritten(slot, settings.copies, nowUs);
    // What did not fit must not be put off by what is new.
    if (written.next >= needed || journal.dueUs === Number.POSITIVE_INFINITY) {
      journal.sent(settings.journalUs, nowUs, 1);
    }
  }

  private repeat(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    if (nowUs >= this.journal.dueUs) this.repeatJournal(slot, settings, nowUs);
    if (nowUs < this.stateUs) return;
    const unsettled = this.journal.settle(settings.journalUs, nowUs);
    const wanted = unsettled || this.journal.settled.sounding > 0 || nowUs - this.lastEventUs < STATE_FOR_US;
    this.stateUs = wanted ? nowUs + STATE_US : Number.POSITIVE_INFINITY;
    if (this.journal.settledNumber > 0 || this.long.over > 0) this.sendState(slot, settings, nowUs);
  }

  private repeatJournal(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { journal } = this;
    const { batch, parts, written } = this.scratch;
    const young = journal.younger(Math.min(YOUNG_US, settings.journalUs), nowUs);
    // What is older has been repeated many times: it takes part less often.
    const whole = young === 0 || nowUs - this.wholeUs >= WHOLE_US;
    if (whole) this.wholeUs = nowUs;
    const wanted = whole ? Math.max(young, eventsMax(settings)) : young;
    journal.collect(batch, slot.blockEnd, wanted, settings.journalUs, nowUs);
    let sent = 1;
    if (batch.count === 0) sent = 0;
    else if (this.writeText(settings, young)) this.sendWritten(slot, 1, nowUs);
    else {
      sent = this.divide(settings, young);
      // The oldest part first: should only one more be lost, it is not one that others build on.
      for (let part = sent - 1; part >= 0; part--) {
        const { count } = batch;
        batch.count = parts[part + 1];
        this.write(settings, PAYLOAD_FORMAT.binary, parts[part]);
        batch.count = count;
        if (written.bytes > 0) this.sendWritten(slot, 1, nowUs);
      }
    }
    journal.sent(settings.journalUs, nowUs, sent);
  }

  /** Divides the batch into packets of BINARY events, until `needed` are in one; returns how many there are. */
  private divide(settings: MidiSendSettings, needed: number): number {
    const { batch, parts } = this.scratch;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    let part = 0;
    let bytes = 0;
    parts[0] = 0;
    for (let i = 0; i < batch.count; i++) {
      bytes += EVENT_HEADER_BYTES + batch.byteLength[i];
      if (bytes <= room) continue;
      parts[++part] = i;
      if (i >= needed || part === PARTS_MAX) return part;
      bytes = EVENT_HEADER_BYTES + batch.byteLength[i];
    }
    parts[part + 1] = batch.count;
    return part + 1;
  }

  /** The journal in the stream's own format, where that holds what is needed. */
  private writeText(settings: MidiSendSettings, needed: number): boolean {
    if (settings.format === PAYLOAD_FORMAT.binary || needed > TEXT_EVENTS_MAX) return false;
    const { batch, written } = this.scratch;
    const { count } = batch;
    batch.count = Math.min(count, TEXT_EVENTS_MAX);
    this.write(settings, settings.format, 0);
    batch.count = count;
    return written.next >= Math.min(needed, count);
  }

  /** Writes the batch from event `at` on, as much as fits one packet; false when that is nothing. */
  private write(settings: MidiSendSettings, format: number, at: number): boolean {
    const { batch, written } = this.scratch;
    const { stream } = this;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    stream.fields.format = format;
    writeMidiBody(format, stream.slab, stream.history.next() + BODY_OFFSET, room, batch, at, written);
    return written.next > at;
  }

  private sendWritten(slot: EngineSlot, copies: number, nowUs: number): void {
    const { stream } = this;
    this.number(slot);
    stream.send(stream.history.next(), this.scratch.written.bytes, copies, nowUs);
  }

  private sendState(slot: EngineSlot, settings: MidiSendSettings, nowUs: number): void {
    const { stream } = this;
    const { record } = this.scratch;
    const room = settings.maxDatagramBytes - BODY_OFFSET;
    const { settledNumber, settled } = this.journal;
    for (let channel = 0; channel < MIDI_CHANNELS; channel = record.next) {
      const offset = stream.history.next();
      writeMidiState(
        stream.slab.u8,
        offset + BODY_OFFSET,
        room,
        settledNumber,
        this.long.over,
        settled,
        channel,
        record,
      );
      stream.fields.format = PAYLOAD_FORMAT.binary;
      this.number(slot);
      stream.send(offset, record.bytes, 1, nowUs);
    }
  }

  /** Packets are placed at the present end of the capture; their events lie before it. */
  private number(slot: EngineSlot): void {
    const { view } = slot;
    this.stream.number(slot.blockEnd - view.streamFrame, view.blockTimeUs);
  }
}

/** More events than this fit no packet. */
function eventsMax(settings: MidiSendSettings): number {
  return Math.ceil((settings.maxDatagramBytes - BODY_OFFSET) / EVENT_BYTES_MIN);
}
