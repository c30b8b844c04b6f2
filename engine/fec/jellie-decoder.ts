// Puts the descriptions of blocks together again. Of each of the last `blocksMax` blocks it keeps the first
// description that came; the second restores the block. Owner of all its memory; nothing is allocated after
// construction, and each call does one block's work at most.

import { AUDIO_PREFIX_BYTES } from '../toast/audio-binary.js';
import { ByteSlab } from '../toast/byte-slab.js';
import { isPlayableAlone, writeAlone } from './jellie-alone.js';
import { JellieBody, readJellieBody } from './jellie-body.js';
import { restoreBlock } from './jellie-restore.js';

const FREE = -1;

export class JellieCounts {
  /** Blocks restored, bit by bit. */
  restored = 0;
  /** Blocks of which one description had to do. */
  alone = 0;
  /** Descriptions that were not needed any more. */
  redundant = 0;
  malformed = 0;
}

export class JellieDecoder {
  readonly counts = new JellieCounts();
  readonly slab: ByteSlab;
  /** The block that add() restored or takeAlone() made up: a BINARY audio body in `slab`, until the next call. */
  mediaTime = 0;
  captureTimeUs = 0;
  readonly bodyOffset: number;
  bodyBytes = 0;
  private readonly stride: number;
  private readonly mediaTimes: Float64Array;
  private readonly captureTimes: Float64Array;
  private readonly done: Uint8Array;
  private readonly bodies: JellieBody[] = [];
  private come = new JellieBody();
  private next = 0;

  /** @param bodyBytesMax the longest description */
  constructor(
    readonly blocksMax: number,
    readonly bodyBytesMax: number,
  ) {
    this.stride = (bodyBytesMax + 3) & ~3;
    this.bodyOffset = (blocksMax + 1) * this.stride;
    this.slab = new ByteSlab(this.bodyOffset + AUDIO_PREFIX_BYTES + 2 * this.stride);
    this.mediaTimes = new Float64Array(blocksMax).fill(FREE);
    this.captureTimes = new Float64Array(blocksMax);
    this.done = new Uint8Array(blocksMax);
    for (let block = 0; block < blocksMax; block++) this.bodies.push(new JellieBody());
  }

  /** The stream begins anew. The counts stay. [engine-thread] */
  reset(): void {
    this.mediaTimes.fill(FREE);
    this.next = 0;
  }

  /** A description that came, whatever it is. True: its block is restored. [engine-thread] */
  add(
    mediaTime: number,
    captureTimeUs: number,
    u8: Uint8Array,
    bodyOffset: number,
    bodyBytes: number,
  ): boolean {
    const { come, counts } = this;
    if (bodyBytes > this.bodyBytesMax || !readJellieBody(u8, bodyOffset, bodyBytes, come)) {
      counts.malformed++;
      return false;
    }
    const block = this.mediaTimes.indexOf(mediaTime);
    if (block < 0) {
      this.keep(mediaTime, captureTimeUs, u8);
      return false;
    }
    const held = this.bodies[block];
    if (this.done[block] !== 0 || held.description === come.description) {
      counts.redundant++;
      return false;
    }
    if (!sameBlock(held, come)) {
      counts.malformed++;
      return false;
    }
    this.copy(u8, this.blocksMax, come);
    this.bodyBytes = restoreBlock(held, come, this.slab.u8, this.slab.u8, this.bodyOffset);
    this.done[block] = 1;
    this.tell(block);
    counts.restored++;
    return true;
  }

  /**
   * The frame at this media time is due and missing: makes up its block from the one description that came.
   * False: there is none that could be played. [engine-thread]
   */
  takeAlone(mediaFrame: number): boolean {
    for (let block = 0; block < this.blocksMax; block++) {
      const ahead = mediaFrame - this.mediaTimes[block];
      if (this.mediaTimes[block] < 0 || this.done[block] !== 0) continue;
      const body = this.bodies[block];
      if (ahead < 0 || ahead >= body.frames || !isPlayableAlone(body)) continue;
      this.bodyBytes = writeAlone(body, this.slab.u8, this.slab.u8, this.bodyOffset);
      this.tell(block);
      this.counts.alone++;
      return true;
    }
    return false;
  }

  private tell(block: number): void {
    this.mediaTime = this.mediaTimes[block];
    this.captureTimeUs = this.captureTimes[block];
  }

  /** The first description of a block takes the place of the block that came first. */
  private keep(mediaTime: number, captureTimeUs: number, u8: Uint8Array): void {
    const block = this.next;
    this.next = (block + 1) % this.blocksMax;
    this.mediaTimes[block] = mediaTime;
    this.captureTimes[block] = captureTimeUs;
    this.done[block] = 0;
    const body = this.come;
    this.come = this.bodies[block];
    this.bodies[block] = body;
    this.copy(u8, block, body);
  }

  /** The words of `body` go to place `block` of the slab. */
  private copy(u8: Uint8Array, block: number, body: JellieBody): void {
    const to = block * this.stride;
    const own = this.slab.u8;
    for (let i = 0; i < body.dataBytes; i++) own[to + i] = u8[body.dataOffset + i];
    body.dataOffset = to;
  }
}

function sameBlock(a: JellieBody, b: JellieBody): boolean {
  return (
    a.sampleRate === b.sampleRate &&
    a.channels === b.channels &&
    a.sampleFormat === b.sampleFormat &&
    a.frames === b.frames &&
    a.arithmetic === b.arithmetic
  );
}
