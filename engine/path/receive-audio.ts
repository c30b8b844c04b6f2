// AUDIO packets: dedup -> body -> the source's line in time -> jitter buffer; taps for the slots that listen.

import {
  FRAME_NUMBER_MAX,
  JELLIE_BLOCKS,
  PACKET_FRAMES_MAX,
  REPAIR_SYMBOL_BYTES_MAX,
  REPAIR_WINDOW_MAX,
  REPAIR_WORK_BYTES_PER_TICK,
} from '../base/limits.js';
import { type MetricsSlab, REJECT, STREAM } from '../base/metrics-slab.js';
import { SEEN } from '../dedup/sequence-window.js';
import { isJellieBody, JellieBody, readJellieBody } from '../fec/jellie-body.js';
import { JellieDecoder } from '../fec/jellie-decoder.js';
import { RlcDecoder } from '../fec/rlc-decoder.js';
import { AudioBody, readAudioBody } from '../toast/audio-codec.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import type { PacketFields } from '../toast/packet.js';
import type { PacketVerdicts } from '../toast/packet-verdicts.js';
import { extendLow32 } from '../toast/sequence.js';
import { PAYLOAD_FORMAT } from '../toast/types.js';
import type { AudioReceiveStream } from './audio-receive-stream.js';
import { baseMediaTime, basePacketId } from './base-peer.js';
import { ORIGIN } from './jitter-buffer.js';
import { patienceUs } from './patience.js';
import type { RemoteSource } from './remote-source.js';
import type { SlotTable } from './slot-table.js';
import type { SourceTable } from './source-table.js';

/** A stream that changes its shape more often than this is refused: each change costs memory. */
const SHAPE_CHANGE_MIN_US = 1_000_000;

export class ReceiveAudio {
  private readonly body = new AudioBody();
  private readonly recovered = new AudioBody();
  private readonly description = new JellieBody();
  /** Did the last packet bring frames that can be played? */
  playable = false;

  constructor(
    private readonly slots: SlotTable,
    private readonly sources: SourceTable,
    private readonly metrics: MetricsSlab,
    /** Are repair packets solved elsewhere, now? */
    private readonly solvedElsewhere: () => boolean,
  ) {}

  /** Returns a reject reason. [engine-thread] */
  accept(source: RemoteSource, fields: PacketFields, packet: PacketVerdicts, nowUs: number): number {
    this.playable = false;
    const { slab } = packet;
    if (fields.fragmentCount !== 1) return REJECT.badFragment;
    const { body } = this;
    const known = source.audio;
    if (known !== null && this.isCopy(source, known, fields, packet)) return REJECT.accepted;
    const described = isJellieBody(slab.u8, fields.bodyOffset, fields.bodyBytes);
    if (!this.readShape(fields, packet, described) || !this.isUsable(body)) return this.reject(known);
    if (
      known !== null &&
      this.changesShape(known, body) &&
      nowUs - this.firstPacketUs(known) < SHAPE_CHANGE_MIN_US
    ) {
      return this.reject(known);
    }
    const stream = this.sources.audioOf(source, body.sampleRate, body.channels, nowUs);
    if (stream === null) return REJECT.streamLimit;
    if (stream !== known) {
      this.begin(source, stream, fields);
      this.isCopy(source, stream, fields, packet);
    }
    const media = source.baseOnly
      ? baseMediaTime(source, fields.timestampUs, body.sampleRate, body.frames)
      : fields.mediaTime;
    if (media > FRAME_NUMBER_MAX) return this.reject(stream);
    source.observe(media, nowUs, body.sampleRate);
    source.drift.observe(media, nowUs);
    source.observeLateness(media, nowUs);
    this.tap(source, nowUs);
    this.metrics.cells[stream.row + STREAM.lastPacketUs] = nowUs;
    if (described) this.playable = this.acceptDescription(stream, fields, slab, nowUs);
    else this.playable = stream.accept(slab, body, media, nowUs);
    if (stream.fec !== null) {
      const { sequence, captureTimeUs, format, bodyOffset, bodyBytes } = fields;
      stream.fec.addSource(sequence, media, captureTimeUs, format, slab.u8, bodyOffset, bodyBytes);
      this.takeRecovered(source, stream, nowUs);
    }
    if (stream.needsAnchor) this.anchorAnew(source, stream, media, nowUs);
    return REJECT.accepted;
  }

  /** What the packet is about: a whole block, or (JELLIE) one of its descriptions. */
  private readShape(fields: PacketFields, packet: PacketVerdicts, described: boolean): boolean {
    const { body, description } = this;
    const { format, bodyOffset, bodyBytes } = fields;
    if (!described) return packet.readAudio(fields, body);
    if (format !== PAYLOAD_FORMAT.binary || !fields.hasExtension) return false;
    if (!readJellieBody(packet.slab.u8, bodyOffset, bodyBytes, description)) return false;
    body.sampleRate = description.sampleRate;
    body.channels = description.channels;
    body.frames = description.frames;
    return true;
  }

  /** One of four descriptions: the second that comes restores the block. */
  private acceptDescription(
    stream: AudioReceiveStream,
    fields: PacketFields,
    slab: ByteSlab,
    nowUs: number,
  ): boolean {
    stream.jellie ??= new JellieDecoder(JELLIE_BLOCKS, REPAIR_SYMBOL_BYTES_MAX);
    const { jellie } = stream;
    const { mediaTime, captureTimeUs, bodyOffset, bodyBytes } = fields;
    stream.noteArrival(this.body.frames, nowUs);
    if (!jellie.add(mediaTime, captureTimeUs, slab.u8, bodyOffset, bodyBytes)) {
      this.metrics.cells[stream.row + STREAM.accepted]++;
      return false;
    }
    const { recovered } = this;
    if (!readAudioBody(PAYLOAD_FORMAT.binary, jellie.slab, jellie.bodyOffset, jellie.bodyBytes, recovered)) {
      return false;
    }
    return stream.accept(jellie.slab, recovered, jellie.mediaTime, nowUs);
  }

  /** A REPAIR packet: what it and those before it determine is restored at once. [engine-thread] */
  acceptRepair(source: RemoteSource, fields: PacketFields, slab: ByteSlab, nowUs: number): number {
    const stream = source.audio;
    // Repair packets of a stream of which nothing has come yet protect nothing that could be placed.
    if (stream === null) return REJECT.accepted;
    this.metrics.cells[stream.row + STREAM.repairPackets]++;
    stream.fec ??= new RlcDecoder(REPAIR_WINDOW_MAX, REPAIR_SYMBOL_BYTES_MAX);
    const { fec } = stream;
    const { malformed } = fec.counts;
    if (this.solvedElsewhere()) {
      // Whatever is missing when it is due, the processor looks for.
      stream.onDue ??= (dueUs) => {
        if (fec.catchUp()) this.takeRecovered(source, stream, dueUs);
      };
      fec.holdRepair(slab.u8, fields.bodyOffset, fields.bodyBytes);
    } else {
      fec.catchUp();
      fec.addRepair(slab.u8, fields.bodyOffset, fields.bodyBytes);
    }
    this.takeRecovered(source, stream, nowUs);
    return fec.counts.malformed === malformed ? REJECT.accepted : REJECT.badPayload;
  }

  /** Packets that were restored elsewhere; what takes too long is restored here. [engine-thread] */
  takeSolved(nowUs: number): void {
    for (const source of this.sources.all) {
      const { audio } = source;
      const fec = audio?.fec;
      if (!audio || !fec?.held) continue;
      const openUs = fec.held.openForUs(nowUs);
      if (openUs > 0 && openUs > patienceUs(this.latencyMsMin(source))) fec.catchUp();
      this.takeRecovered(source, audio, nowUs);
    }
  }

  /** Bounds the code's work until the next tick. [engine-thread] */
  beginTick(): void {
    for (const { audio } of this.sources.all) audio?.fec?.beginTick(REPAIR_WORK_BYTES_PER_TICK);
  }

  private takeRecovered(source: RemoteSource, stream: AudioReceiveStream, nowUs: number): void {
    const { fec } = stream;
    if (fec === null) return;
    while (fec.takeRecovered()) {
      const { packet, slab } = fec;
      if (stream.window.admit(packet.sequence) !== SEEN.first) continue;
      const { format, bodyOffset, bodyBytes, mediaTimeLow } = packet;
      const { recovered } = this;
      if (!readAudioBody(format, slab, bodyOffset, bodyBytes, recovered) || !this.isUsable(recovered))
        continue;
      if (this.changesShape(stream, recovered)) continue;
      const media = extendLow32(mediaTimeLow, stream.buffer.end);
      stream.accept(slab, recovered, media, nowUs, ORIGIN.recovered);
      source.observeLateness(media, nowUs);
    }
  }

  /** Figures that are read, not counted. */
  publishLevels(): void {
    const { cells } = this.metrics;
    for (const source of this.sources.all) {
      const { audio, drift } = source;
      if (audio === null) continue;
      cells[audio.row + STREAM.receiveLatencyMs] = this.latencyMsMin(source);
      cells[audio.row + STREAM.rateMismatch] = this.isRefused(source) ? 1 : 0;
      cells[audio.row + STREAM.suggestedLatencyMs] = source.lateness.suggestedMs();
      cells[audio.row + STREAM.driftPpm] = drift.ppm;
      cells[audio.row + STREAM.bufferedFrames] = audio.buffer.end - audio.buffer.finalEnd;
      cells[audio.row + STREAM.levelPeak] *= 0.7;
    }
  }

  /** Does anybody listen whose rate is too far off to be converted? */
  private isRefused(source: RemoteSource): boolean {
    for (const slot of this.slots.live) if (slot.tapOf(source)?.convertible === false) return true;
    return false;
  }

  /** The smallest that a listener has chosen; 0 when nobody listens. */
  private latencyMsMin(source: RemoteSource): number {
    let smallest = Number.POSITIVE_INFINITY;
    for (const slot of this.slots.live) {
      if (slot.tapOf(source) !== null) smallest = Math.min(smallest, slot.view.latencyMs);
    }
    return smallest === Number.POSITIVE_INFINITY ? 0 : smallest;
  }

  private isCopy(
    source: RemoteSource,
    stream: AudioReceiveStream,
    fields: PacketFields,
    packet: PacketVerdicts,
  ): boolean {
    const { cells } = this.metrics;
    cells[stream.row + STREAM.received]++;
    if (source.ids !== null) {
      if (source.ids.admit(basePacketId(fields))) return false;
      cells[stream.row + STREAM.duplicates]++;
      return true;
    }
    const seen = stream.window.admit(fields.sequence);
    packet.compareSeen(seen);
    stream.noteSequence(fields.sequence);
    if (seen === SEEN.first) {
      cells[stream.row + STREAM.packetsThemselves]++;
      return false;
    }
    cells[stream.row + (seen === SEEN.duplicate ? STREAM.duplicates : STREAM.late)]++;
    return true;
  }

  private begin(source: RemoteSource, stream: AudioReceiveStream, fields: PacketFields): void {
    source.learnRate(stream.sampleRate);
    if (fields.blockFramesLog2 > 0) source.blockFrames = 2 ** fields.blockFramesLog2;
    // Taps made for its MIDI alone may have guessed the rate.
    for (const slot of this.slots.live) {
      const tap = slot.tapOf(source);
      if (tap !== null && !tap.fits(stream.sampleRate)) slot.dropTap(source);
    }
  }

  private tap(source: RemoteSource, nowUs: number): void {
    const { audio } = source;
    for (const slot of this.slots.live) {
      if (!slot.hears(source)) continue;
      const known = slot.tapOf(source);
      if (known !== null && (known.resampler !== null || !known.convertible)) continue;
      const tap = known ?? slot.addTap(source, nowUs);
      if (audio === null) continue;
      tap.prepareAudio(Math.max(1, Math.min(slot.view.channelsOut, audio.channels)));
      this.metrics.cells[audio.row + STREAM.latencyFrames] = tap.latencyFrames;
    }
  }

  private anchorAnew(source: RemoteSource, stream: AudioReceiveStream, media: number, nowUs: number): void {
    stream.needsAnchor = false;
    source.restartLine();
    source.observe(media, nowUs, stream.sampleRate);
    for (const slot of this.slots.live) slot.tapOf(source)?.anchor(slot.clock, slot.view, nowUs);
  }

  private isUsable(body: AudioBody): boolean {
    return (
      body.frames >= 1 &&
      body.frames <= PACKET_FRAMES_MAX &&
      body.channels >= 1 &&
      body.channels <= 16 &&
      body.sampleRate >= 8000 &&
      body.sampleRate <= 768000
    );
  }

  private changesShape(stream: AudioReceiveStream, body: AudioBody): boolean {
    return stream.sampleRate !== body.sampleRate || stream.channels !== body.channels;
  }
  private firstPacketUs(stream: AudioReceiveStream): number {
    return this.metrics.cells[stream.row + STREAM.firstPacketUs];
  }
  private reject(stream: AudioReceiveStream | null): number {
    if (stream !== null) this.metrics.cells[stream.row + STREAM.rejected]++;
    return REJECT.badPayload;
  }
}
