// What the code's tests share: source packets with contents of their own, a sender, and the plain linear
// algebra that the decoder is compared with.
import { expect } from 'vitest';
import { gfInverse, gfProduct } from '../../engine/fec/gf256.js';
import { REPAIR_OVERHEAD_BYTES } from '../../engine/fec/repair-body.js';
import type { RlcDecoder } from '../../engine/fec/rlc-decoder.js';
import { RlcEncoder } from '../../engine/fec/rlc-encoder.js';
import { SYMBOL_HEADER_BYTES } from '../../engine/fec/source-symbol.js';

export interface SourcePacket {
  readonly sequence: number;
  readonly mediaTime: number;
  readonly captureTimeUs: number;
  readonly format: number;
  readonly body: Uint8Array;
}

/** A repair body and what it speaks of. */
export interface RepairPacket {
  readonly first: number;
  readonly count: number;
  readonly seed: number;
  readonly body: Uint8Array;
}

export type Sent = { readonly source: SourcePacket } | { readonly repair: RepairPacket };

/** A packet whose contents only its number and the seed determine. */
export function sourcePacket(sequence: number, bodyBytes: number, seed = 1): SourcePacket {
  let state = (sequence ^ Math.imul(seed, 0x9e3779b1)) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const body = Uint8Array.from({ length: bodyBytes }, () => next() >>> 11);
  return {
    sequence: sequence >>> 0,
    mediaTime: next() * 4096,
    captureTimeUs: next() * 1024,
    format: next() % 3,
    body,
  };
}

export class Sender {
  readonly encoder: RlcEncoder;
  readonly sources: SourcePacket[] = [];

  constructor(
    windowMax: number,
    readonly bodyBytesMax: number,
  ) {
    this.encoder = new RlcEncoder(windowMax, bodyBytesMax + SYMBOL_HEADER_BYTES);
  }

  send(packet: SourcePacket): SourcePacket {
    const { sequence, mediaTime, captureTimeUs, format, body } = packet;
    this.encoder.addSource(sequence, mediaTime, captureTimeUs, format, body, 0, body.length);
    this.sources.push(packet);
    return packet;
  }

  repair(window: number, seed: number): RepairPacket {
    const bytes = new Uint8Array(this.bodyBytesMax + REPAIR_OVERHEAD_BYTES + 3);
    const length = this.encoder.writeRepair(window, seed, bytes, 3);
    const count = Math.min(window, this.encoder.windowPackets);
    const newest = this.sources[this.sources.length - 1].sequence;
    return { first: (newest - count + 1) >>> 0, count, seed, body: bytes.slice(3, 3 + length) };
  }
}

/** Columns that these rows determine, by Gauss and Jordan on the whole matrix at once. */
export function determinedColumns(rows: readonly number[][], columns: number): Set<number> {
  const matrix = rows.map((row) => [...row]);
  let rank = 0;
  const pivots: number[] = [];
  for (let column = 0; column < columns && rank < matrix.length; column++) {
    const found = matrix.findIndex((row, index) => index >= rank && row[column] !== 0);
    if (found < 0) continue;
    [matrix[rank], matrix[found]] = [matrix[found], matrix[rank]];
    const scale = gfInverse(matrix[rank][column]);
    matrix[rank] = matrix[rank].map((value) => gfProduct(value, scale));
    for (let other = 0; other < matrix.length; other++) {
      const factor = matrix[other][column];
      if (other === rank || factor === 0) continue;
      matrix[other] = matrix[other].map((value, k) => value ^ gfProduct(factor, matrix[rank][k]));
    }
    pivots.push(column);
    rank++;
  }
  const alone = pivots.filter((_, row) => matrix[row].filter((value) => value !== 0).length === 1);
  return new Set(alone);
}

/** Gives a packet to the decoder; returns what that recovered, checked byte for byte. */
export function give(decoder: RlcDecoder, sent: Sent, sources: Map<number, SourcePacket>): number[] {
  if ('source' in sent) {
    const { sequence, mediaTime, captureTimeUs, format, body } = sent.source;
    decoder.addSource(sequence, mediaTime, captureTimeUs, format, body, 0, body.length);
  } else {
    decoder.addRepair(sent.repair.body, 0, sent.repair.body.length);
  }
  const recovered: number[] = [];
  while (decoder.takeRecovered()) {
    const { packet } = decoder;
    const original = sources.get(packet.sequence);
    const body = decoder.slab.u8.slice(packet.bodyOffset, packet.bodyOffset + packet.bodyBytes);
    if (original === undefined) throw new Error(`never sent: ${packet.sequence}`);
    expect([...body]).toEqual([...original.body]);
    expect(packet.format).toBe(original.format);
    expect(packet.mediaTimeLow).toBe(original.mediaTime % 2 ** 32);
    expect(packet.captureTimeLow).toBe(original.captureTimeUs % 2 ** 32);
    expect(packet.bodyOffset % 4).toBe(0);
    recovered.push(packet.sequence);
  }
  return recovered;
}
