// MIDI packets: dedup -> fragments -> events, each once -> every slot that listens, at the event's frame.

import { LATE_RUN_MAX, NOTE_SILENCE_MAX_US } from '../base/limits.js';
import { HISTOGRAM, type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SEEN } from '../dedup/sequence-window.js';
import { FRAGMENT, FragmentAssembler } from '../midi/fragment-assembler.js';
import {
  CODED_HEADER_BYTES,
  CodedFragment,
  isCodedFragment,
  readCodedHeader,
} from '../midi/fragment-code.js';
import { heal, isHolding, releaseAll } from '../midi/midi-heal.js';
import { type MidiReceiveStream, makeReceiveBatch } from '../midi/midi-receive-stream.js';
import { writeMidi } from '../midi/midi-ring.js';
import { MidiState } from '../midi/midi-state.js';
import {
  isMidiState,
  type MidiRecord,
  midiStateLongSent,
  midiStateNumber,
  readMidiState,
} from '../midi/midi-state-record.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import { readMidiBody, readRawMidi } from '../toast/midi-codec.js';
import type { PacketFields } from '../toast/packet.js';
import type { PacketVerdicts } from '../toast/packet-verdicts.js';
import { low32 } from '../toast/sequence.js';
import { PAYLOAD_FORMAT, RATES_HZ } from '../toast/types.js';
import { baseMediaTime, basePacketId } from './base-peer.js';
import type { EngineSlot } from './engine-slot.js';
import type { PeerTable } from './peer-table.js';
import type { RemoteSource } from './remote-source.js';
import type { SlotTable } from './slot-table.js';
import type { SourceTable } from './source-table.js';

export class ReceiveMidi {
  readonly fragments = new FragmentAssembler();
  private readonly batch = makeReceiveBatch();
  private readonly keep = new Uint8Array(this.batch.capacity);
  private readonly order = new Uint16Array(this.batch.capacity);
  private readonly theirs = new MidiState();
  private readonly record: MidiRecord = { channels: 0, bytes: 0, next: 0 };
  private readonly coded = new CodedFragment();
  private readonly scratch = new Uint8Array(4);

  constructor(
    private readonly slots: SlotTable,
    private readonly sources: SourceTable,
    private readonly metrics: MetricsSlab,
  ) {}

  /** Returns a reject reason. [engine-thread] */
  accept(source: RemoteSource, fields: PacketFields, packet: PacketVerdicts, nowUs: number): number {
    const stream = this.sources.midiOf(source, nowUs);
    if (stream === null) return REJECT.streamLimit;
    const { cells } = this.metrics;
    cells[stream.row + STREAM.received]++;
    stream.lastPacketUs = nowUs;
    stream.missing.join(fields.sequence);
    cells[stream.row + STREAM.lastPacketUs] = nowUs;
    const { u8 } = packet.slab;
    const { bodyOffset, bodyBytes } = fields;
    const raw = source.baseOnly && fields.format === 0;
    if (fields.fragmentCount > 1) return this.assemble(source, stream, fields, packet.slab, nowUs);
    if (!this.isFirst(source, stream, fields, packet)) return REJECT.accepted;
    if (fields.format === PAYLOAD_FORMAT.binary && !raw) {
      if (isMidiState(u8, bodyOffset, bodyBytes)) return this.healFrom(source, stream, fields, u8, nowUs);
      if (isCodedFragment(u8, bodyOffset, bodyBytes)) return this.recover(source, stream, fields, u8, nowUs);
    }
    const reason = this.sift(stream, fields, packet.readMidi(fields, raw, this.batch));
    if (reason === REJECT.accepted) this.deliver(source, stream, fields, nowUs);
    return reason;
  }

  /** What is new of one whole body's events; a reject reason. */
  private sift(stream: MidiReceiveStream, fields: PacketFields, readable: boolean): number {
    const { cells } = this.metrics;
    const reason = readable
      ? stream.sift(this.batch, this.keep, this.order, fields.format)
      : REJECT.badPayload;
    if (reason !== REJECT.accepted) {
      cells[stream.row + STREAM.rejected]++;
      return reason;
    }
    cells[stream.row + STREAM.accepted]++;
    return REJECT.accepted;
  }

  /** Note-offs for all that a source left sounding. [engine-thread] */
  release(source: RemoteSource): void {
    const { midi } = source;
    if (midi === null || !isHolding(midi.state)) return;
    const released = releaseAll(midi.state, this.scratch, (bytes, length) => {
      for (const slot of this.slots.live) {
        if (!slot.hears(source) || !slot.view.midiOn) continue;
        // Notes that are still to come end after they began, not now.
        const frame = Math.max(slot.blockEnd, (slot.tapOf(source)?.newestEventFrame ?? 0) + 1);
        writeMidi(slot.view, low32(frame), bytes, 0, length);
      }
    });
    this.metrics.cells[midi.row + STREAM.notesReleased] += released;
  }

  /** Whoever has said nothing at all for a while no longer holds its notes. [engine-thread] */
  releaseSilent(peers: PeerTable, nowUs: number): void {
    for (const source of this.sources.all) {
      if (source.midi === null) continue;
      this.metrics.cells[source.midi.row + STREAM.lost] += source.midi.missing.due(nowUs);
      if (source.originSlot >= 0) continue;
      const peer = peers.find(source.senderIdLow, source.senderIdHigh);
      if (peer === null || nowUs - peer.lastSeenUs > NOTE_SILENCE_MAX_US) this.release(source);
    }
  }

  /** A state record: what was lost for good is put right, in its place in time. */
  private healFrom(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    bytes: Uint8Array,
    nowUs: number,
  ): number {
    const { cells } = this.metrics;
    const offset = fields.bodyOffset;
    if (!readMidiState(bytes, offset, fields.bodyBytes, this.theirs, this.record)) {
      cells[stream.row + STREAM.rejected]++;
      return REJECT.badPayload;
    }
    cells[stream.row + STREAM.accepted]++;
    stream.journalled = true;
    this.learnClock(source, fields);
    const rate = source.sampleRate || 48000;
    source.observe(fields.mediaTime, nowUs, rate);
    const number = midiStateNumber(bytes, offset);
    cells[stream.row + STREAM.lost] += stream.missing.told(number, midiStateLongSent(bytes, offset), nowUs);
    cells[stream.row + STREAM.eventsHealed] += heal(
      stream,
      this.theirs,
      this.record.channels,
      number,
      this.scratch,
      (message, messageBytes) => {
        for (const slot of this.slots.live) {
          if (!slot.view.midiOn || !slot.hears(source)) continue;
          const tap = slot.tapOf(source) ?? slot.addTap(source, nowUs);
          const frame = Math.max(tap.slotFrame(fields.mediaTime), slot.blockEnd - 1);
          writeMidi(slot.view, low32(frame), message, 0, messageBytes);
        }
      },
    );
    return REJECT.accepted;
  }

  private learnClock(source: RemoteSource, fields: PacketFields): void {
    if (source.sampleRate !== 0) return;
    source.learnRate(RATES_HZ[fields.rateCode]);
    if (fields.blockFramesLog2 > 0) source.blockFrames = 2 ** fields.blockFramesLog2;
  }

  /** A fragment of a payload that no datagram holds. */
  private assemble(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    slab: ByteSlab,
    nowUs: number,
  ): number {
    const { sequence, fragmentIndex, fragmentCount, bodyOffset, bodyBytes } = fields;
    const state = stream.packets.has(sequence)
      ? FRAGMENT.duplicate
      : this.fragments.accept(
          stream.id,
          sequence,
          fragmentIndex,
          fragmentCount,
          slab.u8,
          bodyOffset,
          bodyBytes,
        );
    return this.assembled(source, stream, fields, state, nowUs);
  }

  /** A coded fragment: of a payload whose fragments' sequence number it tells. */
  private recover(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    bytes: Uint8Array,
    nowUs: number,
  ): number {
    const { coded } = this;
    readCodedHeader(bytes, fields.bodyOffset, coded);
    const at = fields.bodyOffset + CODED_HEADER_BYTES;
    const length = fields.bodyBytes - CODED_HEADER_BYTES;
    const state = stream.packets.has(coded.sequence)
      ? FRAGMENT.duplicate
      : this.fragments.acceptCoded(stream.id, coded, bytes, at, length);
    fields.sequence = coded.sequence;
    return this.assembled(source, stream, fields, state, nowUs);
  }

  private assembled(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    state: number,
    nowUs: number,
  ): number {
    const { cells } = this.metrics;
    source.lastPacketUs = nowUs;
    if (state === FRAGMENT.bad) cells[stream.row + STREAM.rejected]++;
    if (state === FRAGMENT.duplicate) cells[stream.row + STREAM.duplicates]++;
    if (state === FRAGMENT.taken) cells[stream.row + STREAM.accepted]++;
    if (state !== FRAGMENT.complete) return state === FRAGMENT.bad ? REJECT.badFragment : REJECT.accepted;
    if (!this.isFirst(source, stream, fields)) return REJECT.accepted;
    const { body, bodyBytes } = this.fragments;
    const raw = source.baseOnly && fields.format === 0;
    const { batch } = this;
    const readable = raw
      ? readRawMidi(body, 0, bodyBytes, batch)
      : readMidiBody(fields.format, body, 0, bodyBytes, batch);
    const reason = this.sift(stream, fields, readable);
    if (reason !== REJECT.accepted) return reason;
    // Its packets were sent over seconds: they say nothing about the sender's clock.
    this.learnClock(source, fields);
    this.playAll(source, stream, fields.mediaTime, nowUs);
    return REJECT.accepted;
  }

  private isFirst(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    packet?: PacketVerdicts,
  ): boolean {
    const { cells } = this.metrics;
    if (source.ids !== null) {
      if (source.ids.admit(basePacketId(fields))) return true;
      cells[stream.row + STREAM.duplicates]++;
      return false;
    }
    const seen = stream.packets.admit(fields.sequence);
    packet?.compareSeen(seen);
    if (seen === SEEN.first) return true;
    cells[stream.row + (seen === SEEN.duplicate ? STREAM.duplicates : STREAM.late)]++;
    return false;
  }

  private deliver(
    source: RemoteSource,
    stream: MidiReceiveStream,
    fields: PacketFields,
    nowUs: number,
  ): void {
    this.learnClock(source, fields);
    const rate = source.sampleRate || 48000;
    const media = source.baseOnly ? baseMediaTime(source, fields.timestampUs, rate, 0) : fields.mediaTime;
    source.observe(media, nowUs, rate);
    // Where there is audio, its packets tell more.
    if (source.audio === null && source.sampleRate !== 0) source.drift.observe(media, nowUs);
    this.playAll(source, stream, media, nowUs);
    const sinceCaptureUs = nowUs - fields.captureTimeUs;
    if (sinceCaptureUs >= 0 && sinceCaptureUs < 10e6) {
      this.metrics.recordUs(HISTOGRAM.midiCaptureToPlayout, sinceCaptureUs);
    }
  }

  private playAll(source: RemoteSource, stream: MidiReceiveStream, media: number, nowUs: number): void {
    for (const slot of this.slots.live) {
      if (slot.view.midiOn && slot.hears(source)) this.play(slot, source, stream, media, nowUs);
    }
  }

  private play(
    slot: EngineSlot,
    source: RemoteSource,
    stream: MidiReceiveStream,
    media: number,
    nowUs: number,
  ): void {
    const { batch, keep } = this;
    const { cells } = this.metrics;
    const tap = slot.tapOf(source) ?? slot.addTap(source, nowUs);
    for (let k = 0; k < batch.count; k++) {
      const i = this.order[k];
      if (keep[i] === 0) continue;
      const frame = tap.slotFrame(media + batch.frameOffset[i]);
      const late = frame < slot.blockEnd;
      stream.lateRun = late ? stream.lateRun + 1 : 0;
      if (late) cells[stream.row + STREAM.eventsLate]++;
      // A frame in the past is played at once; the ring holds only its low half, so it must not be far off.
      const due = Math.max(frame, slot.blockEnd - 1);
      tap.newestEventFrame = Math.max(tap.newestEventFrame, due);
      if (writeMidi(slot.view, low32(due), batch.bytes, batch.byteOffset[i], batch.byteLength[i])) {
        cells[stream.row + STREAM.eventsPlayed]++;
      } else {
        cells[stream.row + STREAM.overruns]++;
      }
    }
    // Without audio nobody else notices that the clocks went apart.
    if (source.audio === null && stream.lateRun >= LATE_RUN_MAX / 4) {
      stream.lateRun = 0;
      source.restartLine();
      source.observe(media, nowUs, source.sampleRate || slot.view.sampleRate);
      tap.anchor(slot.clock, slot.view, nowUs);
    }
  }
}
