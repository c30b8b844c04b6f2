// MIDI packets: dedup -> fragments -> events, each once -> every slot that listens, at the event's frame.

import { LATE_RUN_MAX, NOTE_SILENCE_MAX_US } from '../base/limits.js';
import { HISTOGRAM, type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SEEN } from '../dedup/sequence-window.js';
import { FRAGMENT, FragmentAssembler } from '../midi/fragment-assembler.js';
import { heal, isHolding, releaseAll } from '../midi/midi-heal.js';
import { type MidiReceiveStream, makeReceiveBatch } from '../midi/midi-receive-stream.js';
import { writeMidi } from '../midi/midi-ring.js';
import { MidiState } from '../midi/midi-state.js';
import { isMidiState, midiStateNumber, readMidiState } from '../midi/midi-state-record.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import type { PacketFields } from '../toast/packet.js';
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
  private readonly scratch = new Uint8Array(4);

  constructor(
    private readonly slots: SlotTable,
    private readonly sources: SourceTable,
    private readonly metrics: MetricsSlab,
  ) {}

  /** Returns a reject reason. [engine-thread] */
  accept(source: RemoteSource, fields: PacketFields, slab: ByteSlab, nowUs: number): number {
    const stream = this.sources.midiOf(source, nowUs);
    if (stream === null) return REJECT.streamLimit;
    const { cells } = this.metrics;
    cells[stream.row + STREAM.received]++;
    stream.lastPacketUs = nowUs;
    cells[stream.row + STREAM.lastPacketUs] = nowUs;
    let bytes = slab.u8;
    let offset = fields.bodyOffset;
    let length = fields.bodyBytes;
    if (fields.fragmentCount > 1) {
      const state = this.assemble(stream, fields, slab);
      if (state === FRAGMENT.bad) cells[stream.row + STREAM.rejected]++;
      if (state === FRAGMENT.duplicate) cells[stream.row + STREAM.duplicates]++;
      if (state === FRAGMENT.taken) cells[stream.row + STREAM.accepted]++;
      if (state !== FRAGMENT.complete) return state === FRAGMENT.bad ? REJECT.badFragment : REJECT.accepted;
      bytes = this.fragments.body;
      offset = 0;
      length = this.fragments.bodyBytes;
    }
    if (!this.isFirst(source, stream, fields)) return REJECT.accepted;
    const raw = source.baseOnly && fields.format === 0;
    if (fields.format === PAYLOAD_FORMAT.binary && !raw && isMidiState(bytes, offset, length)) {
      return this.healFrom(source, stream, fields, bytes, offset, length, nowUs);
    }
    const reason = stream.decode(
      this.batch,
      this.keep,
      this.order,
      fields.format,
      raw,
      bytes,
      offset,
      length,
    );
    if (reason !== REJECT.accepted) {
      cells[stream.row + STREAM.rejected]++;
      return reason;
    }
    cells[stream.row + STREAM.accepted]++;
    this.deliver(source, stream, fields, nowUs);
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
      if (source.midi === null || source.originSlot >= 0) continue;
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
    offset: number,
    length: number,
    nowUs: number,
  ): number {
    const { cells } = this.metrics;
    if (!readMidiState(bytes, offset, length, this.theirs)) {
      cells[stream.row + STREAM.rejected]++;
      return REJECT.badPayload;
    }
    cells[stream.row + STREAM.accepted]++;
    this.learnClock(source, fields);
    const rate = source.sampleRate || 48000;
    source.observe(fields.mediaTime, nowUs, rate);
    const number = midiStateNumber(bytes, offset);
    cells[stream.row + STREAM.eventsHealed] += heal(
      stream.state,
      this.theirs,
      stream.order,
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

  private assemble(stream: MidiReceiveStream, fields: PacketFields, slab: ByteSlab): number {
    if (stream.packets.has(fields.sequence)) return FRAGMENT.duplicate;
    return this.fragments.accept(
      stream.row,
      fields.sequence,
      fields.fragmentIndex,
      fields.fragmentCount,
      slab.u8,
      fields.bodyOffset,
      fields.bodyBytes,
    );
  }

  private isFirst(source: RemoteSource, stream: MidiReceiveStream, fields: PacketFields): boolean {
    const { cells } = this.metrics;
    if (source.ids !== null) {
      if (source.ids.admit(basePacketId(fields))) return true;
      cells[stream.row + STREAM.duplicates]++;
      return false;
    }
    const seen = stream.packets.admit(fields.sequence);
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
    for (const slot of this.slots.live) {
      if (slot.view.midiOn && slot.hears(source)) this.play(slot, source, stream, media, nowUs);
    }
    const sinceCaptureUs = nowUs - fields.captureTimeUs;
    if (sinceCaptureUs >= 0 && sinceCaptureUs < 10e6) {
      this.metrics.recordUs(HISTOGRAM.midiCaptureToPlayout, sinceCaptureUs);
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
