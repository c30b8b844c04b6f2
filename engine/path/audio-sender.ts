// The packetizer: blocks of any size in, packets of `packetFrames` out, straight from the capture ring.

import { DATAGRAM_BYTES_MAX, PACKET_FRAMES_MAX } from '../base/limits.js';
import { HISTOGRAM, type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { DESCRIPTIONS } from '../fec/jellie-body.js';
import { jellieArithmetic, writeDescription } from '../fec/jellie-encoder.js';
import { REPAIR_OVERHEAD_BYTES } from '../fec/repair-body.js';
import { audioFramesMax, writeAudioBody } from '../toast/audio-codec.js';
import { ByteSlab } from '../toast/byte-slab.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../toast/types.js';
import type { EngineSlot } from './engine-slot.js';
import { Pace } from './pace.js';
import type { RepairSender } from './repair-sender.js';
import type { SendStream } from './send-stream.js';

export interface AudioSendSettings {
  readonly packetFrames: number;
  readonly format: number;
  readonly sampleFormat: number;
  readonly maxDatagramBytes: number;
  readonly copies: number;
  /** Four descriptions of each block instead of the block; any two restore it. */
  readonly jellie: boolean;
  /** Forward error correction. */
  readonly repair: boolean;
}

/** A rest shorter than a packet is sent when no block has come for this long. */
const STALL_US = 20_000;
/** Two restore a block: where nothing is lost, nobody waits for the others. */
const DESCRIPTIONS_AT_ONCE = 2;

export class AudioSender {
  private readFrame = 0;
  private packetFrames = 64;
  private lastBlockUs = 0;
  private mediaTime = 0;
  private captureTimeUs = 0;
  private readonly pace = new Pace();
  /** A whole body, of which descriptions are made. */
  private readonly whole = new ByteSlab(DATAGRAM_BYTES_MAX);

  constructor(
    readonly stream: SendStream,
    readonly repair: RepairSender,
    private readonly metrics: MetricsSlab,
  ) {}

  /** The slot's stream begins at `frame`. [engine-thread] */
  begin(slot: EngineSlot, frame: number, settings: AudioSendSettings, nowUs: number): void {
    this.readFrame = frame;
    this.lastBlockUs = nowUs;
    // A repair packet is a little longer than the longest packet that it protects.
    const room = settings.maxDatagramBytes - BODY_OFFSET - REPAIR_OVERHEAD_BYTES;
    const fitting = audioFramesMax(settings.format, settings.sampleFormat, slot.view.channelsIn, room);
    this.packetFrames = Math.max(1, Math.min(settings.packetFrames, fitting, PACKET_FRAMES_MAX));
  }

  /** Sends every whole packet that was captured. [engine-thread] */
  tick(slot: EngineSlot, settings: AudioSendSettings, nowUs: number): void {
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    const end = slot.captureEnd(this.readFrame);
    let available = end - this.readFrame;
    if (available < 0 || available > ringFrames - view.blockFramesMax) {
      // The engine fell behind a whole ring, or the plugin jumped: go on from now.
      this.metrics.cells[this.stream.row + STREAM.overruns]++;
      this.readFrame = end;
      return;
    }
    if (available >= this.packetFrames) {
      this.lastBlockUs = nowUs;
      this.beginBlock(slot, settings, Math.floor(available / this.packetFrames), nowUs);
    }
    while (available >= this.packetFrames) {
      this.packet(slot, settings, this.packetFrames, nowUs);
      available -= this.packetFrames;
    }
    if (available > 0 && nowUs - this.lastBlockUs > STALL_US) this.packet(slot, settings, available, nowUs);
  }

  /** What leaves besides the block's packets is spread over the time until the next block. */
  private beginBlock(slot: EngineSlot, settings: AudioSendSettings, packets: number, nowUs: number): void {
    const blockUs = (packets * this.packetFrames * 1e6) / slot.view.sampleRate;
    if (settings.repair) this.repair.beginBlock(packets, blockUs, nowUs);
    else if (settings.jellie)
      this.pace.begin(packets * (DESCRIPTIONS - DESCRIPTIONS_AT_ONCE), blockUs, nowUs);
  }

  /** The stream ends: what is left goes out as a shorter packet. [engine-thread] */
  finish(slot: EngineSlot, settings: AudioSendSettings, nowUs: number): void {
    const rest = slot.captureEnd(this.readFrame) - this.readFrame;
    if (rest > 0 && rest < this.packetFrames) this.packet(slot, settings, rest, nowUs);
  }

  private packet(slot: EngineSlot, settings: AudioSendSettings, frames: number, nowUs: number): void {
    const { view } = slot;
    const { stream } = this;
    // When the first of these frames was captured: the block's last frame was, as its process() began.
    const agoFrames = slot.blockEnd - this.readFrame;
    this.mediaTime = this.readFrame - view.streamFrame;
    this.captureTimeUs = view.blockTimeUs - (Math.max(0, agoFrames) * 1e6) / view.sampleRate;
    if (settings.jellie) this.sendDescriptions(slot, settings, frames, nowUs);
    else this.sendWhole(slot, settings, frames, nowUs);
    this.readFrame += frames;
    this.metrics.cells[stream.row + STREAM.captured] += frames;
    this.metrics.recordUs(HISTOGRAM.captureToSend, nowUs - view.blockTimeUs);
  }

  private sendWhole(slot: EngineSlot, settings: AudioSendSettings, frames: number, nowUs: number): void {
    const { stream } = this;
    const offset = stream.history.next();
    const bytes = this.writeBody(slot, settings, stream.slab, offset + BODY_OFFSET, frames);
    stream.number(this.mediaTime, this.captureTimeUs);
    stream.fields.format = settings.format;
    stream.send(offset, bytes, settings.copies, nowUs);
    if (settings.repair) this.repair.follow(stream, offset + BODY_OFFSET, bytes);
  }

  /** Descriptions are made of the BINARY body, each with a sequence number of its own. */
  private sendDescriptions(
    slot: EngineSlot,
    settings: AudioSendSettings,
    frames: number,
    nowUs: number,
  ): void {
    const { stream, whole } = this;
    const binary = this.writeBody(slot, settings, whole, 0, frames, PAYLOAD_FORMAT.binary);
    const arithmetic = jellieArithmetic(whole.u8, 0, binary);
    for (let description = 0; description < DESCRIPTIONS; description++) {
      const offset = stream.history.next();
      const to = offset + BODY_OFFSET;
      const bytes = writeDescription(description, arithmetic, whole.u8, 0, stream.slab.u8, to);
      stream.number(this.mediaTime, this.captureTimeUs);
      stream.fields.format = PAYLOAD_FORMAT.binary;
      if (description < DESCRIPTIONS_AT_ONCE) stream.send(offset, bytes, 1, nowUs);
      else stream.sendLater(offset, bytes, this.pace.next());
    }
  }

  private writeBody(
    slot: EngineSlot,
    settings: AudioSendSettings,
    slab: ByteSlab,
    bodyOffset: number,
    frames: number,
    format: number = settings.format,
  ): number {
    const { view } = slot;
    const { ringFrames } = view.segment.at;
    return writeAudioBody(
      format,
      settings.sampleFormat,
      slab,
      bodyOffset,
      view.sampleRate,
      view.channelsIn,
      frames,
      view.capture,
      0,
      ringFrames,
      this.readFrame & (ringFrames - 1),
      ringFrames - 1,
    );
  }
}
