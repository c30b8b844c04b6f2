// Payloads in fragments and coded fragments: whole or not at all, once, whatever arrives in whatever order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIDI_BODY_BYTES_MAX, REASSEMBLIES_MAX } from '../../engine/base/limits.js';
import { FRAGMENT, FragmentAssembler } from '../../engine/midi/fragment-assembler.js';
import {
  CODED_FRAGMENTS_MAX,
  CodedFragment,
  drawFragments,
  SET_WORDS,
} from '../../engine/midi/fragment-code.js';
import { rng } from '../simulation/support/simulation.js';

class Payload {
  readonly bytes: Uint8Array;
  readonly count: number;

  constructor(
    readonly owner: number,
    readonly sequence: number,
    length: number,
    readonly fragmentBytes: number,
  ) {
    const random = rng(sequence * 77 + owner);
    this.bytes = Uint8Array.from({ length }, () => random() * 256);
    this.count = Math.ceil(length / fragmentBytes);
  }

  fragment(index: number): Uint8Array {
    return this.bytes.subarray(index * this.fragmentBytes, (index + 1) * this.fragmentBytes);
  }

  give(to: FragmentAssembler, index: number): number {
    const fragment = this.fragment(index);
    return to.accept(this.owner, this.sequence, index, this.count, fragment, 0, fragment.length);
  }

  coded(draw: number): { header: CodedFragment; sum: Uint8Array } {
    const set = new Uint32Array(SET_WORDS);
    drawFragments(draw, this.count, set);
    const sum = new Uint8Array(this.fragmentBytes);
    for (let i = 0; i < this.count; i++) {
      if ((set[i >> 5] & (1 << (i & 31))) === 0) continue;
      this.fragment(i).forEach((byte, at) => {
        sum[at] ^= byte;
      });
    }
    const header = new CodedFragment();
    Object.assign(header, {
      sequence: this.sequence,
      payloadBytes: this.bytes.length,
      fragmentCount: this.count,
      draw,
    });
    return { header, sum };
  }

  giveCoded(to: FragmentAssembler, draw: number): number {
    const { header, sum } = this.coded(draw);
    return to.acceptCoded(this.owner, header, sum, 0, sum.length);
  }

  expectIn(assembler: FragmentAssembler): void {
    expect(assembler.bodyBytes).toBe(this.bytes.length);
    expect(Buffer.compare(assembler.body.subarray(0, assembler.bodyBytes), this.bytes)).toBe(0);
  }
}

/** Sends at random until it is complete; returns the packets that took. */
function complete(
  payload: Payload,
  assembler: FragmentAssembler,
  random: () => number,
  codedShare: number,
): number {
  for (let packets = 1; packets < 5000; packets++) {
    const draw = Math.floor(random() * 2 ** 32);
    const state =
      random() < codedShare
        ? payload.giveCoded(assembler, draw)
        : payload.give(assembler, Math.floor(random() * payload.count));
    expect(state).not.toBe(FRAGMENT.bad);
    if (state === FRAGMENT.complete) return packets;
  }
  return Number.POSITIVE_INFINITY;
}

describe('fragments', () => {
  it('of any size, plain and coded in any order, restore the payload', () => {
    const assembler = new FragmentAssembler();
    let sequence = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 40, max: 1500 }),
        fc.constantFrom(0, 0.3, 0.7, 1),
        fc.nat(),
        (length, fragmentBytes, codedShare, seed) => {
          const payload = new Payload(1, ++sequence, length, fragmentBytes);
          if (payload.count === 1 && codedShare === 0) return;
          complete(payload, assembler, rng(seed), payload.count === 1 ? 1 : codedShare);
          payload.expectIn(assembler);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('coded: as many as there are fragments, and a few, whichever arrive', () => {
    const assembler = new FragmentAssembler();
    const random = rng(5);
    const extra = Array.from({ length: 60 }, (_, i) => {
      const payload = new Payload(1, i, 65546, 1320);
      return complete(payload, assembler, random, 1) - payload.count;
    });
    extra.sort((a, b) => a - b);
    expect(extra[30]).toBeLessThanOrEqual(2);
    expect(extra[59]).toBeLessThanOrEqual(14);
  });

  it('of several payloads and senders, interleaved, each whole and once', () => {
    const assembler = new FragmentAssembler();
    const random = rng(6);
    const payloads = Array.from(
      { length: REASSEMBLIES_MAX },
      (_, i) => new Payload(i % 3, i, 3000 + i * 811, 400),
    );
    const open = new Set(payloads);
    for (let packets = 0; open.size > 0 && packets < 5000; packets++) {
      const chosen = [...open][Math.floor(random() * open.size)];
      const coded = random() < 0.5;
      const state = coded
        ? chosen.giveCoded(assembler, packets)
        : chosen.give(assembler, packets % chosen.count);
      if (state !== FRAGMENT.complete) continue;
      chosen.expectIn(assembler);
      open.delete(chosen);
    }
    expect(open.size).toBe(0);
    expect(assembler.abandoned).toBe(0);
  });

  it('one too many: the oldest gives way, counted, and never comes out mixed with another', () => {
    const assembler = new FragmentAssembler();
    const payloads = Array.from({ length: REASSEMBLIES_MAX + 1 }, (_, i) => new Payload(1, i, 900, 300));
    for (const payload of payloads) expect(payload.give(assembler, 0)).toBe(FRAGMENT.taken);
    expect(assembler.abandoned).toBe(1);
    for (const payload of payloads.slice(1)) {
      payload.give(assembler, 1);
      expect(payload.give(assembler, 2)).toBe(FRAGMENT.complete);
      payload.expectIn(assembler);
    }
    expect(payloads[0].give(assembler, 1)).toBe(FRAGMENT.taken);
    expect(payloads[0].give(assembler, 2)).toBe(FRAGMENT.taken);
  });

  it('copies bring nothing', () => {
    const assembler = new FragmentAssembler();
    const payload = new Payload(1, 1, 1000, 300);
    expect(payload.give(assembler, 3)).toBe(FRAGMENT.taken); // the last: its place is not known yet
    expect(payload.give(assembler, 3)).toBe(FRAGMENT.duplicate);
    expect(payload.give(assembler, 1)).toBe(FRAGMENT.taken);
    expect(payload.give(assembler, 1)).toBe(FRAGMENT.duplicate);
    expect(payload.give(assembler, 3)).toBe(FRAGMENT.duplicate);
  });

  it('that contradict each other are refused', () => {
    const assembler = new FragmentAssembler();
    const payload = new Payload(1, 1, 1000, 300);
    payload.give(assembler, 0);
    const { header, sum } = payload.coded(7);
    expect(assembler.acceptCoded(1, header, sum, 0, 299)).toBe(FRAGMENT.bad);
    expect(assembler.accept(1, 1, 1, 5, sum, 0, 300)).toBe(FRAGMENT.bad);
    expect(assembler.accept(1, 1, 1, 4, sum, 0, 299)).toBe(FRAGMENT.bad);
    expect(assembler.accept(1, 1, 4, 4, sum, 0, 300)).toBe(FRAGMENT.bad);
    header.payloadBytes = 900;
    expect(assembler.acceptCoded(1, header, sum, 0, 300)).toBe(FRAGMENT.bad);
    header.payloadBytes = 1201;
    expect(assembler.acceptCoded(1, header, sum, 0, 300)).toBe(FRAGMENT.bad);
    header.payloadBytes = 1000;
    header.fragmentCount = CODED_FRAGMENTS_MAX + 1;
    expect(assembler.acceptCoded(1, header, sum, 0, 300)).toBe(FRAGMENT.bad);
  });

  it('of any nonsense leave nothing but bounded, whole payloads behind', () => {
    const assembler = new FragmentAssembler();
    const source = new Uint8Array(9000).fill(7);
    const count = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 65535 }));
    const length = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9000 }));
    const payloadBytes = fc.oneof(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 0xffffffff }));
    const packet = fc.record({
      coded: fc.boolean(),
      sequence: fc.nat({ max: 9 }),
      index: count,
      count,
      length,
      payloadBytes,
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        for (const { coded, sequence, index, count, length, payloadBytes } of packets) {
          const header = new CodedFragment();
          Object.assign(header, { sequence, payloadBytes, fragmentCount: count, draw: index });
          const state = coded
            ? assembler.acceptCoded(3, header, source, 0, length)
            : assembler.accept(3, sequence, index, count, source, 0, length);
          if (state !== FRAGMENT.complete) continue;
          expect(assembler.bodyBytes).toBeGreaterThan(0);
          expect(assembler.bodyBytes).toBeLessThanOrEqual(MIDI_BODY_BYTES_MAX);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
