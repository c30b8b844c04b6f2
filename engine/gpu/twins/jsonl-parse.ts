// The twin of shaders/jsonl-parse.wgsl: the wire's own readers, line by line and body by body. It also finishes what
// the kernel handed back.

import { AudioBody, copyAudioFrames, readAudioBody } from '../../toast/audio-codec.js';
import { ByteSlab } from '../../toast/byte-slab.js';
import { MidiBatch } from '../../toast/midi-batch.js';
import { MidiTextReader } from '../../toast/midi-compact-reader.js';
import { PACKET_TYPE, PAYLOAD_FORMAT } from '../../toast/types.js';
import { type JsonlParseJob, TEXT_STATUS } from '../kernels/jsonl-parse.js';
import { floats } from '../kernels/resample.js';
import { LINE_RECORD, TEXT_BODY, TEXT_RESULT } from '../layouts.js';

const AT = TEXT_BODY.at;
const RESULT = TEXT_RESULT.at;
const LINE = LINE_RECORD.at;
const NEWLINE = 0x0a;
/** A mask beyond any body's frames: planes are no rings here. */
const NO_WRAP = 0x3fffffff;
const SHORT_BYTES = 4;

export class JsonlParseTwin {
  private readonly reader = new MidiTextReader();
  private readonly audio = new AudioBody();
  private readonly batch: MidiBatch;
  private slab = new ByteSlab(0);

  /** @param bodyBytesMax the longest body */
  constructor(bodyBytesMax: number) {
    this.batch = new MidiBatch(1, bodyBytesMax);
  }

  /** [engine-thread] */
  run(job: JsonlParseJob): void {
    for (let p = 0; p < job.count; p++) this.runBody(job, p);
  }

  /** Judges what a kernel has handed back in a job that it ran. [engine-thread] */
  finish(job: JsonlParseJob): void {
    const { results, bodies, lines } = job.memory;
    for (let p = 0; p < job.count; p++) {
      const result = p * TEXT_RESULT.words;
      if (results[result + RESULT.status] === TEXT_STATUS.handedBack) this.runBody(job, p);
      if (bodies[p * TEXT_BODY.words + AT.kind] !== PACKET_TYPE.midi) continue;
      const first = bodies[p * TEXT_BODY.words + AT.firstLine] * LINE_RECORD.words;
      const end = first + results[result + RESULT.lines] * LINE_RECORD.words;
      let handedBack = false;
      for (let at = first; at < end; at += LINE_RECORD.words) {
        handedBack ||= lines[at + LINE.status] === TEXT_STATUS.handedBack;
      }
      if (handedBack) this.runBody(job, p);
    }
  }

  private runBody(job: JsonlParseJob, packet: number): void {
    const { bodies, results } = job.memory;
    const at = packet * TEXT_BODY.words;
    if (this.slab.buffer !== job.slab.buffer) this.slab = new ByteSlab(job.slab.buffer);
    results.fill(0, packet * TEXT_RESULT.words, (packet + 1) * TEXT_RESULT.words);
    if (bodies[at + AT.kind] === PACKET_TYPE.midi) this.readMidi(job, at, packet * TEXT_RESULT.words);
    else this.readAudio(job, at, packet * TEXT_RESULT.words);
  }

  private readMidi(job: JsonlParseJob, at: number, result: number): void {
    const { bodies, results, lines } = job.memory;
    const offset = bodies[at + AT.offset];
    const end = offset + bodies[at + AT.bytes];
    const room = bodies[at + AT.lineRoom];
    const first = bodies[at + AT.firstLine] * LINE_RECORD.words;
    lines.fill(0, first, first + room * LINE_RECORD.words);
    let count = 1;
    for (let i = offset; i < end; i++) if (job.slab[i] === NEWLINE) count++;
    results[result + RESULT.status] = count > room ? TEXT_STATUS.handedBack : TEXT_STATUS.valid;
    if (count > room) return;
    results[result + RESULT.lines] = count;
    let begin = offset;
    for (let line = 0; line < count; line++) {
      let stop = begin;
      while (stop < end && job.slab[stop] !== NEWLINE) stop++;
      const data = bodies[at + AT.firstData] + ((begin - offset + 3) >> 2);
      this.readLine(job, begin, stop, first + line * LINE_RECORD.words, data);
      begin = stop + 1;
    }
  }

  private readLine(job: JsonlParseJob, begin: number, end: number, at: number, data: number): void {
    const { batch } = this;
    const { lines, data: words } = job.memory;
    batch.clear();
    this.reader.readLines(job.slab, begin, end - begin, batch);
    if (batch.count === 0) {
      lines[at + LINE.status] = batch.skipped > 0 ? TEXT_STATUS.malformed : TEXT_STATUS.nothing;
      return;
    }
    const length = batch.byteLength[0];
    lines[at + LINE.status] = TEXT_STATUS.valid;
    lines[at + LINE.frameOffset] = batch.frameOffset[0];
    lines[at + LINE.eventNumber] = batch.eventNumber[0];
    lines[at + LINE.hasNumber] = batch.hasNumber[0];
    lines[at + LINE.byteLength] = length;
    if (length > SHORT_BYTES) {
      lines[at + LINE.dataAt] = data;
      const target = new Uint8Array(words.buffer, words.byteOffset + data * 4, length);
      target.set(batch.bytes.subarray(0, length));
      return;
    }
    for (let i = 0; i < length; i++) lines[at + LINE.message] |= batch.bytes[i] << (8 * i);
  }

  private readAudio(job: JsonlParseJob, at: number, result: number): void {
    const { bodies, results, data } = job.memory;
    const { audio } = this;
    const offset = job.slab.byteOffset + bodies[at + AT.offset];
    if (!readAudioBody(PAYLOAD_FORMAT.compact, this.slab, offset, bodies[at + AT.bytes], audio)) {
      results[result + RESULT.status] = TEXT_STATUS.malformed;
      return;
    }
    const { frames, channels, sampleFormat, sampleRate, dataOffset } = audio;
    results[result + RESULT.status] = TEXT_STATUS.valid;
    results[result + RESULT.sampleRate] = sampleRate;
    results[result + RESULT.channels] = channels;
    results[result + RESULT.sampleFormat] = sampleFormat;
    results[result + RESULT.frames] = frames;
    results[result + RESULT.dataAt] = dataOffset - job.slab.byteOffset;
    const first = bodies[at + AT.firstData];
    copyAudioFrames(this.slab, audio, 0, frames, floats(data), first, frames, 0, NO_WRAP);
  }
}
