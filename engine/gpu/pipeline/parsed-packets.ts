// What the GPU found about a batch of datagrams, as the receive path asks for it. Whatever it hands back, or what
// can't be true, the processor finds out: the datagrams are still there.
import { SEEN } from '../../dedup/sequence-window.js';
import { type AudioBody, SAMPLE_ENCODING } from '../../toast/audio-body.js';
import { ByteSlab } from '../../toast/byte-slab.js';
import type { MidiBatch } from '../../toast/midi-batch.js';
import type { PacketFields } from '../../toast/packet.js';
import { type PacketVerdicts, ProcessorVerdicts } from '../../toast/packet-verdicts.js';
import { join32 } from '../../toast/sequence.js';
import { BODY_OFFSET, HEADER_BYTES, PACKET_TYPE } from '../../toast/types.js';
import { VERDICT } from '../kernels/burst-dedup.js';
import { TEXT_STATUS } from '../kernels/jsonl-parse.js';
import { LINE_RECORD, PACKET_RECORD, PACKET_SPAN, TEXT_BODY, TEXT_RESULT } from '../layouts.js';
import type { ParseJobs } from './batch-jobs.js';

const AT = PACKET_RECORD.at;
const RESULT = TEXT_RESULT.at;
const LINE = LINE_RECORD.at;
const SHORT_BYTES = 4;

/** What became of the packets that went up. */
export class ParseCounts {
  asked = 0;
  used = 0;
  late = 0;
  refused = 0;
  direct = 0;
  textsUsed = 0;
  textsHandedBack = 0;
  seenAgreed = 0;
  seenDisputed = 0;
  seenHandedBack = 0;
}

export class ParsedPackets implements PacketVerdicts {
  readonly slab: ByteSlab;
  private readonly processor = new ProcessorVerdicts();
  private readonly samples: Float32Array;
  private readonly dataBytes: Uint8Array;
  private readonly lines: Int32Array;
  private readonly short = new Uint8Array(SHORT_BYTES);
  /** Of each packet: its text's index in the job, or -1. */
  readonly textOf: Int16Array;
  private packet = 0;
  private trusted = false;

  constructor(
    readonly jobs: ParseJobs,
    private readonly counts: ParseCounts,
  ) {
    const { parse, text } = jobs;
    const { data, lines } = text.memory;
    this.slab = new ByteSlab(parse.slab.buffer as SharedArrayBuffer);
    this.samples = new Float32Array(data.buffer, data.byteOffset, data.length);
    this.dataBytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.lines = new Int32Array(lines.buffer, lines.byteOffset, lines.length);
    this.textOf = new Int16Array(parse.packetsMax);
  }

  /** `trusted`: the batch is back; else the processor reads its packets. [engine-thread] */
  turnTo(packet: number, trusted: boolean): this {
    const { spans } = this.jobs.parse.memory;
    const at = packet * PACKET_SPAN.words;
    this.packet = packet;
    this.trusted = trusted;
    this.processor.turnTo(this.slab, spans[at + PACKET_SPAN.at.offset], spans[at + PACKET_SPAN.at.bytes] | 0);
    return this;
  }

  read(out: PacketFields): number {
    if (!this.trusted) return this.processor.read(out);
    const { records } = this.jobs.parse.memory;
    const at = this.packet * PACKET_RECORD.words;
    if (!this.isPossible(at)) {
      this.trusted = false;
      this.counts.refused++;
      return this.processor.read(out);
    }
    this.counts.used++;
    const reason = records[at + AT.kind] >>> 24;
    if (reason === 0) readRecord(records, at, out);
    return reason;
  }

  /** Could it be about this datagram? Its body lies in it, and it has a type. */
  private isPossible(at: number): boolean {
    const { records, spans } = this.jobs.parse.memory;
    const kind = records[at + AT.kind];
    if (kind >>> 24 !== 0) return true;
    const type = kind & 255;
    const span = this.packet * PACKET_SPAN.words;
    const start = spans[span + PACKET_SPAN.at.offset];
    const headerBytes = (kind & (1 << 17)) !== 0 ? BODY_OFFSET : HEADER_BYTES;
    return (
      type >= PACKET_TYPE.midi &&
      type <= PACKET_TYPE.repair &&
      records[at + AT.bodyOffset] === start + headerBytes &&
      headerBytes + records[at + AT.bodyBytes] <= spans[span + PACKET_SPAN.at.bytes]
    );
  }

  compareSeen(seen: number): void {
    if (!this.trusted) return;
    const verdict = this.jobs.dedup.memory.verdicts[this.packet] & 255;
    if (verdict !== VERDICT.first && verdict !== VERDICT.duplicate) this.counts.seenHandedBack++;
    else if ((verdict === VERDICT.first) === (seen === SEEN.first)) this.counts.seenAgreed++;
    else this.counts.seenDisputed++;
  }

  readAudio(fields: PacketFields, out: AudioBody): boolean {
    const result = this.textResult(fields, PACKET_TYPE.audio);
    if (result < 0) return this.processor.readAudio(fields, out);
    const { bodies, results } = this.jobs.text.memory;
    if (results[result + RESULT.status] === TEXT_STATUS.malformed) return false;
    out.sampleRate = results[result + RESULT.sampleRate];
    out.channels = results[result + RESULT.channels];
    out.sampleFormat = results[result + RESULT.sampleFormat];
    out.frames = results[result + RESULT.frames];
    out.encoding = SAMPLE_ENCODING.planes;
    out.planes = this.samples;
    out.dataOffset = bodies[this.textOf[this.packet] * TEXT_BODY.words + TEXT_BODY.at.firstData];
    return true;
  }

  readMidi(fields: PacketFields, raw: boolean, out: MidiBatch): boolean {
    const result = raw ? -1 : this.textResult(fields, PACKET_TYPE.midi);
    if (result < 0) return this.processor.readMidi(fields, raw, out);
    const { bodies, results } = this.jobs.text.memory;
    const body = this.textOf[this.packet] * TEXT_BODY.words;
    const first = bodies[body + TEXT_BODY.at.firstLine] * LINE_RECORD.words;
    const end = first + results[result + RESULT.lines] * LINE_RECORD.words;
    out.clear();
    for (let at = first; at < end; at += LINE_RECORD.words) this.readLine(at, out);
    return out.count > 0 || out.skipped === 0;
  }

  private readLine(at: number, out: MidiBatch): void {
    const { lines, short } = this;
    const status = lines[at + LINE.status];
    if (status === TEXT_STATUS.nothing) return;
    const length = lines[at + LINE.byteLength];
    if (status !== TEXT_STATUS.valid || !out.fits(length)) {
      out.skipped++;
      return;
    }
    let bytes: Uint8Array = short;
    let from = 0;
    if (length > SHORT_BYTES) {
      bytes = this.dataBytes;
      from = lines[at + LINE.dataAt] * 4;
    } else {
      for (let i = 0; i < length; i++) short[i] = lines[at + LINE.message] >>> (8 * i);
    }
    for (let i = 0; i < length; i++) out.bytes[out.bytesUsed + i] = bytes[from + i];
    out.commit(
      lines[at + LINE.frameOffset],
      lines[at + LINE.eventNumber],
      lines[at + LINE.hasNumber],
      length,
    );
  }

  /** Where the result of this packet's text is; -1: the processor reads it. */
  private textResult({ type, bodyOffset, bodyBytes }: PacketFields, kind: number): number {
    const text = this.textOf[this.packet];
    if (!this.trusted || text < 0 || type !== kind) return -1;
    const { counts } = this;
    const { bodies } = this.jobs.text.memory;
    const body = text * TEXT_BODY.words;
    const result = text * TEXT_RESULT.words;
    const same =
      bodies[body + TEXT_BODY.at.offset] === bodyOffset && bodies[body + TEXT_BODY.at.bytes] === bodyBytes;
    if (!same || !this.isWhole(kind, body, result)) {
      counts.textsHandedBack++;
      return -1;
    }
    counts.textsUsed++;
    return result;
  }

  /** Nothing of it was handed back, and what it tells has room where it says it is. */
  private isWhole(kind: number, body: number, result: number): boolean {
    const { bodies, results } = this.jobs.text.memory;
    const status = results[result + RESULT.status];
    if (status !== TEXT_STATUS.valid) return status === TEXT_STATUS.malformed && kind === PACKET_TYPE.audio;
    if (kind === PACKET_TYPE.audio) {
      const count = results[result + RESULT.channels] * results[result + RESULT.frames];
      return bodies[body + TEXT_BODY.at.firstData] + count <= this.samples.length;
    }
    const count = results[result + RESULT.lines];
    if (count > bodies[body + TEXT_BODY.at.lineRoom]) return false;
    const first = bodies[body + TEXT_BODY.at.firstLine] * LINE_RECORD.words;
    for (let at = first; at < first + count * LINE_RECORD.words; at += LINE_RECORD.words) {
      if (!this.isPossibleLine(at)) return false;
    }
    return true;
  }

  private isPossibleLine(at: number): boolean {
    const { lines, dataBytes } = this;
    const status = lines[at + LINE.status];
    if (status !== TEXT_STATUS.valid)
      return status === TEXT_STATUS.nothing || status === TEXT_STATUS.malformed;
    const length = lines[at + LINE.byteLength];
    return (
      length > 0 &&
      (length <= SHORT_BYTES || (lines[at + LINE.dataAt] >>> 0) * 4 + length <= dataBytes.length)
    );
  }
}

function readRecord(records: Uint32Array, at: number, out: PacketFields): void {
  const kind = records[at + AT.kind];
  const burst = records[at + AT.burst];
  const fragment = records[at + AT.fragment];
  out.type = kind & 255;
  out.format = (kind >>> 8) & 255;
  out.sealed = (kind & (1 << 16)) !== 0;
  out.hasExtension = (kind & (1 << 17)) !== 0;
  out.sequence = records[at + AT.sequence];
  out.timestampUs = records[at + AT.timestampUs];
  out.burstId = records[at + AT.burstId];
  out.burstIndex = burst & 255;
  out.burstTotal = (burst >>> 8) & 255;
  out.blockFramesLog2 = (burst >>> 16) & 255;
  out.rateCode = burst >>> 24;
  out.sessionId = records[at + AT.sessionId];
  out.senderIdLow = records[at + AT.senderIdLow];
  out.senderIdHigh = records[at + AT.senderIdHigh];
  out.streamId = records[at + AT.streamId];
  out.fragmentIndex = fragment & 0xffff;
  out.fragmentCount = fragment >>> 16;
  out.mediaTime = join32(records[at + AT.mediaTimeLow], records[at + AT.mediaTimeHigh]);
  out.epoch = records[at + AT.epoch];
  out.captureTimeUs = join32(out.timestampUs, records[at + AT.captureTimeHigh]);
  out.bodyOffset = records[at + AT.bodyOffset];
  out.bodyBytes = records[at + AT.bodyBytes];
}
