// A batch of blocks of which two descriptions came.
import type { JellieBody } from '../../fec/jellie-body.js';
import { ARITHMETIC } from '../../fec/jellie-words.js';
import { sampleBytes } from '../../toast/audio-body.js';
import { type Allocate, allocateOwn, COLUMNS, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { JELLIE_BLOCK, JELLIE_PARAMS } from '../layouts.js';

const GROUP = 64;
const SAMPLES_EACH = 4;
const PREFIX_WORDS = 2;
const AT = JELLIE_BLOCK.at;

export const JELLIE_DECODE: KernelSpec = {
  stem: 'jellie-decode',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'blocks', use: 'input' },
    { name: 'slab', use: 'input' },
    { name: 'bodies', use: 'output' },
  ],
  passes: ['restore'],
};

export interface JellieSizes {
  readonly blocksMax: number;
  readonly slabBytesMax: number;
  /** Of all bodies, each rounded up to groups of four samples. */
  readonly bodyWordsMax: number;
}

export class JellieDecodeJob extends KernelJob {
  count = 0;
  readonly slab: Uint8Array;
  private bodyWords = 0;
  private samplesMost = 0;

  constructor(
    readonly sizes: JellieSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const wordsMax = {
      params: JELLIE_PARAMS.words,
      blocks: sizes.blocksMax * JELLIE_BLOCK.words,
      slab: (sizes.slabBytesMax + 3) >> 2,
      bodies: sizes.bodyWordsMax,
    };
    super(JELLIE_DECODE, wordsMax, allocate);
    const { slab } = this.memory;
    this.slab = new Uint8Array(slab.buffer, slab.byteOffset, slab.byteLength);
  }

  begin(): void {
    this.count = 0;
    this.bodyWords = 0;
    this.samplesMost = 0;
  }

  /**
   * Two different descriptions of one block, whose words lie at their dataOffset in `slab`. Returns the word of
   * `memory.bodies` where the block's BINARY body will be.
   */
  add(a: JellieBody, b: JellieBody): number {
    const [first, second] = a.description < b.description ? [a, b] : [b, a];
    const { blocks } = this.memory;
    const { channels, sampleFormat, frames } = a;
    const samples = channels * frames;
    const at = this.count++ * JELLIE_BLOCK.words;
    const modular = second.arithmetic === ARITHMETIC.modular ? 1 << 16 : 0;
    const body = this.bodyWords;
    blocks[at + AT.sampleRate] = a.sampleRate;
    blocks[at + AT.shape] = channels | (sampleFormat << 8) | (frames << 16);
    blocks[at + AT.kinds] = first.description | (second.description << 8) | modular;
    blocks[at + AT.firstAt] = first.dataOffset;
    blocks[at + AT.secondAt] = second.dataOffset;
    blocks[at + AT.body] = body;
    this.bodyWords += PREFIX_WORDS + groupsFor(samples, SAMPLES_EACH) * sampleBytes(sampleFormat);
    this.samplesMost = Math.max(this.samplesMost, samples);
    return body;
  }

  /** @param slabBytes of the slab that are in use */
  finish(slabBytes: number): void {
    const { used, count } = this;
    this.memory.params[JELLIE_PARAMS.at.blockCount] = count;
    used.blocks = count * JELLIE_BLOCK.words;
    used.slab = (slabBytes + 3) >> 2;
    used.bodies = this.bodyWords;
    const groups = groupsFor(this.samplesMost, SAMPLES_EACH * GROUP);
    this.setGroups(0, groups, Math.min(count, COLUMNS), groupsFor(count, COLUMNS));
  }
}
