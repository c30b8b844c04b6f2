// MIDI messages too long for the journal: in fragments, copies of them and coded fragments, at a pace that delays
// nothing else. They have no event numbers: their payload is told apart by the sequence number of its fragments.
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import {
  CODED_HEADER_BYTES,
  CodedFragment,
  drawFragments,
  SET_WORDS,
  writeCodedHeader,
} from '../midi/fragment-code.js';
import type { LongMessage, LongMessages } from '../midi/long-messages.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { EngineSlot } from './engine-slot.js';
import type { MidiSendSettings } from './midi-sender.js';
import type { SendStream } from './send-stream.js';

/** Buffers that all senders of the thread share: used within one call only. */
export class LongSendScratch {
  readonly set = new Uint32Array(SET_WORDS);
  readonly sum = new Uint32Array(9000 / 4);
  readonly sumBytes = new Uint8Array(this.sum.buffer);
  readonly header = new CodedFragment();
}

export class LongMidiSender {
  /** Messages repeated to the end, or that gave way. */
  over = 0;
  private captureTimeUs = 0;

  constructor(
    private readonly stream: SendStream,
    private readonly messages: LongMessages,
    private readonly scratch: LongSendScratch,
    private readonly metrics: MetricsSlab,
  ) {}

  /** Takes a message; its first packet goes out at once if the pace allows. [engine-thread] */
  begin(
    slot: EngineSlot,
    settings: MidiSendSettings,
    frame: number,
    bytes: Uint8Array,
    length: number,
    nowUs: number,
  ): void {
    const { stream, messages } = this;
    const message = messages.take(nowUs);
    // One that gives way may or may not have arrived by now.
    if (message.owner instanceof LongMidiSender) message.owner.countEvicted();
    const room = settings.maxDatagramBytes - BODY_OFFSET - CODED_HEADER_BYTES;
    message.begin(this, frame - slot.blockEnd, bytes, length, room);
    stream.number(slot.blockEnd - slot.view.streamFrame, slot.view.blockTimeUs);
    message.sequence = stream.fields.sequence;
    message.mediaTime = stream.fields.mediaTime;
    message.captureTimeUs = stream.fields.captureTimeUs;
    this.sendDue(settings, nowUs);
  }

  /** What is due, a packet at a time; returns when the next one is. [engine-thread] */
  sendDue(settings: MidiSendSettings, nowUs: number): number {
    const message = this.messages.due(this, nowUs);
    if (message !== null) this.sendNext(message, settings, nowUs);
    return this.messages.dueUs(this);
  }

  /** When this stream's present block began, for the packets of the next ticks. */
  follow(captureTimeUs: number): void {
    this.captureTimeUs = Math.max(0, Math.round(captureTimeUs));
  }

  /** The stream ends: what never left goes out at once, once. [engine-thread] */
  finish(settings: MidiSendSettings, nowUs: number): void {
    for (let message = this.messages.of(this); message !== null; message = this.messages.of(this)) {
      for (let i = message.sends; i < message.fragmentCount; i++) {
        this.sendFragment(message, i, 0, settings, nowUs);
      }
      message.owner = null;
    }
  }

  private countEvicted(): void {
    this.over++;
    this.metrics.cells[this.stream.row + STREAM.overruns]++;
  }

  private sendNext(message: LongMessage, settings: MidiSendSettings, nowUs: number): void {
    const { sends, fragmentCount } = message;
    const coded = settings.journalUs > 0;
    const copies = settings.copies * fragmentCount;
    // In turn after the first pass: 0 coded, 1 a copy, 2 coded, ...
    const turn = sends - fragmentCount;
    const place = turn < 0 || !coded ? sends : fragmentCount + (turn >> 1);
    if (place < copies && (turn < 0 || !coded || (turn & 1) === 1)) {
      this.sendFragment(message, place % fragmentCount, Math.floor(place / fragmentCount), settings, nowUs);
    } else if (coded) this.sendCoded(message, nowUs);
    this.messages.sent(message, nowUs);
    if (!coded && message.sends >= copies) message.owner = null;
    if (message.owner === null) this.over++;
  }

  private sendFragment(
    message: LongMessage,
    index: number,
    copy: number,
    settings: MidiSendSettings,
    nowUs: number,
  ): void {
    const { stream } = this;
    const { u8 } = stream.slab;
    const start = index * message.fragmentBytes;
    const bytes = Math.min(message.fragmentBytes, message.bodyBytes - start);
    const offset = stream.history.next();
    for (let i = 0; i < bytes; i++) u8[offset + BODY_OFFSET + i] = message.bytes[start + i];
    const { fields } = stream;
    fields.format = PAYLOAD_FORMAT.binary;
    fields.sequence = message.sequence;
    fields.mediaTime = message.mediaTime;
    fields.captureTimeUs = message.captureTimeUs;
    fields.fragmentIndex = index;
    fields.fragmentCount = message.fragmentCount;
    stream.sendCopy(offset, bytes, copy, settings.copies, copy === 0, nowUs);
  }

  private sendCoded(message: LongMessage, nowUs: number): void {
    const { stream } = this;
    const { set, sum, sumBytes, header } = this.scratch;
    const offset = stream.history.next();
    stream.number(message.mediaTime, this.captureTimeUs);
    stream.fields.format = PAYLOAD_FORMAT.binary;
    header.sequence = message.sequence;
    header.payloadBytes = message.bodyBytes;
    header.fragmentCount = message.fragmentCount;
    header.draw = stream.fields.sequence;
    drawFragments(header.draw, message.fragmentCount, set);
    message.combine(set, sum);
    const { u8 } = stream.slab;
    writeCodedHeader(u8, offset + BODY_OFFSET, header);
    const at = offset + BODY_OFFSET + CODED_HEADER_BYTES;
    for (let i = 0; i < message.fragmentBytes; i++) u8[at + i] = sumBytes[i];
    stream.sendCopy(offset, CODED_HEADER_BYTES + message.fragmentBytes, 0, 1, false, nowUs);
  }
}
