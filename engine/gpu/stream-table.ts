// Which streams have a window on the device: an open hash table whose entries the host alone writes, so that what
// strangers send can't fill it. A stream lies at one of PROBES places behind its hash; when all are taken, the
// stream stays on the processor.
import { STREAM_ENTRY } from './layouts.js';

/** Also in shaders/shared/stream-hash.wgsl. */
export const STREAM_PROBES = 8;

const AT = STREAM_ENTRY.at;
const WORDS = STREAM_ENTRY.words;

/** A stream's identity, as packets name it. */
export interface StreamKey {
  readonly type: number;
  readonly streamId: number;
  readonly senderIdLow: number;
  readonly senderIdHigh: number;
  readonly epoch: number;
}

/** [any-thread] */
export function mix32(hash: number, word: number): number {
  let h = Math.imul(hash ^ word, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

export class StreamTable {
  private readonly mask: number;

  /** @param entries a power of two of STREAM_ENTRYs; @param seed unknown to strangers */
  constructor(
    private readonly entries: Uint32Array,
    private readonly seed: number,
  ) {
    this.mask = entries.length / WORDS - 1;
  }

  /** The place of a stream; -1: it has none. */
  find(channel: number, low: number, high: number, epoch: number): number {
    const { entries, mask } = this;
    const home = this.home(channel, low, high, epoch);
    for (let step = 0; step < STREAM_PROBES; step++) {
      const place = (home + step) & mask;
      const at = place * WORDS;
      if (
        entries[at + AT.channel] === channel &&
        entries[at + AT.senderIdLow] === low &&
        entries[at + AT.senderIdHigh] === high &&
        entries[at + AT.epoch] === epoch
      )
        return place;
    }
    return -1;
  }

  /** Gives a stream a place; -1: all it could have are taken. */
  add({ type, streamId, senderIdLow, senderIdHigh, epoch }: StreamKey): number {
    const { entries, mask } = this;
    const channel = type | (streamId << 8);
    const home = this.home(channel, senderIdLow, senderIdHigh, epoch);
    for (let step = 0; step < STREAM_PROBES; step++) {
      const place = (home + step) & mask;
      const at = place * WORDS;
      if (entries[at + AT.channel] !== 0) continue;
      entries[at + AT.channel] = channel;
      entries[at + AT.senderIdLow] = senderIdLow;
      entries[at + AT.senderIdHigh] = senderIdHigh;
      entries[at + AT.epoch] = epoch;
      return place;
    }
    return -1;
  }

  remove(place: number): void {
    this.entries.fill(0, place * WORDS, (place + 1) * WORDS);
  }

  private home(channel: number, low: number, high: number, epoch: number): number {
    return mix32(mix32(mix32(mix32(this.seed, channel), low), high), epoch);
  }
}
