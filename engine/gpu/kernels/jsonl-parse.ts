// A batch of bodies of text: MIDI lines and audio objects.
import { PACKET_TYPE } from '../../toast/types.js';
import { type Allocate, allocateOwn, COLUMNS, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { JSONL_PARAMS, LINE_BOUNDS, LINE_RECORD, TEXT_BODY, TEXT_RESULT } from '../layouts.js';

const GROUP = 64;
const SPLIT = 0;
const MIDI = 1;
const HEAD = 2;
const UNPACK = 3;
const AT = TEXT_BODY.at;

/** Of a body, and of a line in it. */
export const TEXT_STATUS = {
  /** A blank line. */
  nothing: 0,
  valid: 1,
  malformed: 2,
  /** For the twin to judge: numbers with fraction or exponent, samples as numbers, more lines than there is room for. */
  handedBack: 3,
} as const;

export const JSONL_PARSE: KernelSpec = {
  stem: 'jsonl-parse',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'bodies', use: 'input' },
    { name: 'slab', use: 'input' },
    { name: 'bounds', use: 'scratch' },
    { name: 'results', use: 'output' },
    { name: 'lines', use: 'output' },
    { name: 'data', use: 'output' },
  ],
  passes: ['split', 'midi', 'head', 'unpack'],
};

export interface JsonlSizes {
  readonly packetsMax: number;
  readonly slabBytesMax: number;
  /** Lines of all bodies, at `linesEach` a MIDI body. */
  readonly linesMax: number;
  /** Lines that a body may have; one with more is handed back. */
  readonly linesEach: number;
}

export class JsonlParseJob extends KernelJob {
  count = 0;
  readonly slab: Uint8Array;
  private lines = 0;
  private data = 0;
  private samplesMost = 0;
  private hasMidi = false;

  constructor(
    readonly sizes: JsonlSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const { packetsMax, slabBytesMax, linesMax } = sizes;
    const wordsMax = {
      params: JSONL_PARAMS.words,
      bodies: packetsMax * TEXT_BODY.words,
      slab: (slabBytesMax + 3) >> 2,
      bounds: linesMax * LINE_BOUNDS.words,
      results: packetsMax * TEXT_RESULT.words,
      lines: linesMax * LINE_RECORD.words,
      data: dataWords(slabBytesMax) + packetsMax * DATA_WORDS_MORE,
    };
    super(JSONL_PARSE, wordsMax, allocate);
    const { slab } = this.memory;
    this.slab = new Uint8Array(slab.buffer, slab.byteOffset, slab.byteLength);
  }

  begin(): void {
    this.count = 0;
    this.lines = 0;
    this.data = 0;
    this.samplesMost = 0;
    this.hasMidi = false;
  }

  /** A body of text in the slab, of a MIDI or an AUDIO packet; bodies don't overlap. */
  add(kind: number, offset: number, bytes: number): void {
    const { bodies } = this.memory;
    const at = this.count++ * TEXT_BODY.words;
    const midi = kind === PACKET_TYPE.midi;
    const room = midi ? this.sizes.linesEach : 0;
    bodies[at + AT.kind] = kind;
    bodies[at + AT.offset] = offset;
    bodies[at + AT.bytes] = bytes;
    bodies[at + AT.firstLine] = this.lines;
    bodies[at + AT.lineRoom] = room;
    bodies[at + AT.firstData] = this.data;
    this.lines += room;
    this.data += dataWords(bytes) + DATA_WORDS_MORE;
    this.hasMidi ||= midi;
    if (!midi) this.samplesMost = Math.max(this.samplesMost, Math.min(SAMPLES_MAX, dataWords(bytes)));
  }

  /** @param slabBytes of the slab that are in use */
  finish(slabBytes: number): void {
    const { used, count, sizes } = this;
    this.memory.params[JSONL_PARAMS.at.packetCount] = count;
    used.bodies = count * TEXT_BODY.words;
    used.slab = (slabBytes + 3) >> 2;
    used.results = count * TEXT_RESULT.words;
    used.lines = this.lines * LINE_RECORD.words;
    used.data = this.data;
    const columns = Math.min(count, COLUMNS);
    const further = groupsFor(count, COLUMNS);
    this.setGroups(SPLIT, this.hasMidi ? columns : 0, further);
    this.setGroups(MIDI, this.hasMidi ? groupsFor(sizes.linesEach, GROUP) : 0, columns, further);
    this.setGroups(HEAD, this.samplesMost > 0 ? groupsFor(count, GROUP) : 0);
    this.setGroups(UNPACK, groupsFor(this.samplesMost, GROUP), columns, further);
  }
}

const DATA_WORDS_MORE = 2;
/** In the smallest sample format. */
const SAMPLES_MAX = 8192;

/** A sample takes two characters or more, whether as base64 or as a number; so does a byte of a message. */
function dataWords(bytes: number): number {
  return (bytes + 1) >> 1;
}
