import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeCoefficients } from '../../engine/fec/coefficients.js';
import { RlcDecoder } from '../../engine/fec/rlc-decoder.js';
import { SYMBOL_HEADER_BYTES } from '../../engine/fec/source-symbol.js';
import {
  determinedColumns,
  give,
  Sender,
  type Sent,
  type SourcePacket,
  sourcePacket,
} from './fec-support.js';

const BODY_MAX = 60;

/** The naive decoder: all equations of all repair packets that came, every time from the start. */
class NaiveDecoder {
  private readonly known = new Set<number>();
  private readonly rows: number[][] = [];

  constructor(
    private readonly origin: number,
    private readonly columns: number,
  ) {}

  give(sent: Sent): Set<number> {
    if ('source' in sent) {
      this.known.add((sent.source.sequence - this.origin) >>> 0);
    } else {
      const { first, count, seed } = sent.repair;
      const coefficients = new Uint8Array(count);
      writeCoefficients(seed, count, coefficients);
      const row = new Array<number>(this.columns).fill(0);
      for (let k = 0; k < count; k++) row[((first - this.origin) >>> 0) + k] = coefficients[k];
      this.rows.push(row);
    }
    const open = this.rows.map((row) => row.map((value, column) => (this.known.has(column) ? 0 : value)));
    for (const column of determinedColumns(open, this.columns)) this.known.add(column);
    return this.known;
  }
}

const stream = fc.record({
  origin: fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0xfffffff0, max: 0xffffffff })),
  window: fc.integer({ min: 1, max: 8 }),
  packets: fc.array(
    fc.record({
      bodyBytes: fc.integer({ min: 1, max: BODY_MAX }),
      lost: fc.boolean(),
      repairs: fc.array(fc.record({ lost: fc.boolean(), delay: fc.nat(3) }), { maxLength: 3 }),
      delay: fc.nat(3),
    }),
    { minLength: 1, maxLength: 16 },
  ),
});
type Stream = typeof stream extends fc.Arbitrary<infer T> ? T : never;

/** What arrives, in the order of arrival. The first source packet always does: it says where the stream is. */
function arrivals({ origin, window, packets }: Stream): { sent: Sent[]; sources: Map<number, SourcePacket> } {
  const sender = new Sender(8, BODY_MAX);
  const timed: { at: number; sent: Sent }[] = [];
  let seed = origin;
  packets.forEach(({ bodyBytes, lost, repairs, delay }, index) => {
    const source = sender.send(sourcePacket(origin + index, bodyBytes));
    if (index === 0) timed.push({ at: -1, sent: { source } });
    else if (!lost) timed.push({ at: index + delay, sent: { source } });
    for (const repair of repairs) {
      const made = sender.repair(window, seed++);
      if (!repair.lost) timed.push({ at: index + repair.delay + 0.5, sent: { repair: made } });
    }
  });
  timed.sort((a, b) => a.at - b.at);
  const sources = new Map(sender.sources.map((source) => [source.sequence, source]));
  return { sent: timed.map(({ sent }) => sent), sources };
}

describe('the decoder', () => {
  it('knows at every moment exactly what the equations determine, and never anything wrong', () => {
    fc.assert(
      fc.property(stream, (made) => {
        const { sent, sources } = arrivals(made);
        const decoder = new RlcDecoder(16, BODY_MAX + SYMBOL_HEADER_BYTES);
        const naive = new NaiveDecoder(made.origin >>> 0, made.packets.length);
        const known = new Set<number>();
        for (const packet of sent) {
          if ('source' in packet) known.add((packet.source.sequence - made.origin) >>> 0);
          for (const sequence of give(decoder, packet, sources)) {
            const column = (sequence - made.origin) >>> 0;
            expect(known.has(column)).toBe(false);
            known.add(column);
          }
          const expected = naive.give(packet);
          expect([...known].sort()).toEqual([...expected].sort());
        }
        expect(decoder.counts.malformed + decoder.counts.outOfReach + decoder.counts.implausible).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
