// The status area of the segment: JSON under a sequence counter that is odd while the engine writes.
// Readers are other processes of the same user; they never make the engine wait.
import type { StatusDocument } from './status-document.js';

const READ_TRIES_MAX = 200;

/** Byte offsets, from the addon's table. */
export class StatusArea {
  private readonly words: Int32Array;
  private readonly area: Uint8Array;
  private readonly sequenceWord: number;
  private readonly lengthWord: number;

  constructor(buffer: ArrayBuffer, layout: Readonly<Record<string, number>>) {
    this.words = new Int32Array(buffer, 0, layout.kHeaderBytes >> 2);
    this.area = new Uint8Array(buffer, layout.kStatusOffset, layout.kStatusBytes);
    this.sequenceWord = layout['header.statusSequence'] >> 2;
    this.lengthWord = layout['header.statusLength'] >> 2;
  }

  get bytesMax(): number {
    return this.area.length;
  }

  /**
   * SYNC POINT status: pairs with `read`. An engine killed while writing left an odd count; `| 1`
   * keeps odd odd, so that its successor's first write mends it. [control-thread]
   */
  write(json: string): void {
    const writing = Atomics.load(this.words, this.sequenceWord) | 1;
    Atomics.store(this.words, this.sequenceWord, writing);
    const { written } = new TextEncoder().encodeInto(json, this.area);
    Atomics.store(this.words, this.lengthWord, written);
    Atomics.store(this.words, this.sequenceWord, (writing + 1) | 0);
  }

  /** '' while nothing has been written, or when the writer is stuck in the middle. SYNC POINT status. */
  read(): string {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let attempt = 0; attempt < READ_TRIES_MAX; attempt++) {
      const before = Atomics.load(this.words, this.sequenceWord);
      const length = Atomics.load(this.words, this.lengthWord);
      if ((before & 1) === 0 && length >= 0 && length <= this.area.length) {
        const bytes = this.area.slice(0, length);
        if (Atomics.load(this.words, this.sequenceWord) === before) return new TextDecoder().decode(bytes);
      }
      Atomics.wait(pause, 0, 0, 1);
    }
    return '';
  }
}

/**
 * The document as JSON of at most `bytesMax` bytes. When it is longer, lists lose their tails, the
 * longest of streams, peers, slots first, and `truncated` counts what is left out. [control-thread]
 */
export function statusJson(document: StatusDocument, bytesMax: number): string {
  const lists = {
    streams: [...document.streams],
    peers: [...document.peers],
    slots: [...document.slots],
  };
  const full = { streams: lists.streams.length, peers: lists.peers.length, slots: lists.slots.length };
  for (;;) {
    const truncated = {
      streams: full.streams - lists.streams.length,
      peers: full.peers - lists.peers.length,
      slots: full.slots - lists.slots.length,
    };
    const json = JSON.stringify({ ...document, ...lists, truncated });
    if (Buffer.byteLength(json) <= bytesMax) return json;
    const longest = Object.values(lists).reduce<unknown[]>(
      (a, b) => (b.length > a.length ? b : a),
      lists.streams,
    );
    if (longest.length === 0) return '{}';
    longest.length = Math.floor(longest.length * 0.8);
  }
}
