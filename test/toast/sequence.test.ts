import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  extendLow32,
  high32,
  join32,
  low32,
  sequenceAdd,
  sequenceDistance,
  sequenceIsAfter,
} from '../../engine/toast/sequence.js';
import { fnv1a32, sessionIdOf } from '../../engine/toast/session-id.js';
import { golden } from './wire-support.js';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const nearStep = fc.integer({ min: -0x7fffffff, max: 0x7fffffff });

describe('numbers that wrap', () => {
  it('measures distances over the wrap', () => {
    expect(sequenceDistance(0, 0xffffffff)).toBe(1);
    expect(sequenceDistance(0xffffffff, 0)).toBe(-1);
    expect(sequenceDistance(5, 5)).toBe(0);
    expect(sequenceIsAfter(2, 0xfffffffe)).toBe(true);
    expect(sequenceIsAfter(0xfffffffe, 2)).toBe(false);
    expect(sequenceIsAfter(7, 7)).toBe(false);
    expect(sequenceAdd(0xffffffff, 2)).toBe(1);
    expect(sequenceAdd(0, -1)).toBe(0xffffffff);
  });

  it('undoes what it adds, from everywhere', () => {
    fc.assert(
      fc.property(u32, nearStep, (from, step) => sequenceDistance(sequenceAdd(from, step), from) === step),
    );
  });

  it('splits and joins 64-bit numbers exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const big = BigInt(value);
        expect(low32(value)).toBe(Number(big & 0xffffffffn));
        expect(high32(value)).toBe(Number(big >> 32n));
        return join32(low32(value), high32(value)) === value;
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => low32(value) === Number(BigInt.asUintN(32, BigInt(value)))),
    );
  });

  it('finds the number nearest to another whose low half is known', () => {
    const far = 2 ** 52;
    fc.assert(
      fc.property(fc.integer({ min: 2 ** 32, max: far }), nearStep, (near, step) => {
        return extendLow32(low32(near + step), near) === near + step;
      }),
    );
    expect(extendLow32(3, 0xffffffff)).toBe(2 ** 32 + 3);
    expect(extendLow32(0xffffffff, 2 ** 32 + 3)).toBe(0xffffffff);
    expect(extendLow32(0xfffffff0, 5)).toBe(0xfffffff0); // never before zero
    expect(extendLow32(9, 0)).toBe(9);
  });
});

describe('session id', () => {
  it('is FNV-1a of the UTF-8 name', () => {
    const { sessionIds } = golden<{ sessionIds: { name: string; id: number }[] }>('packets');
    for (const { name, id } of sessionIds) {
      expect(fnv1a32(name)).toBe(id);
      expect(sessionIdOf(name)).toBe(id);
    }
  });

  it('is never 0, which stands for every session', () => {
    expect(fnv1a32('a-gbn-c')).toBe(0); // one of the few names whose hash it is
    expect(sessionIdOf('a-gbn-c')).toBe(1);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => sessionIdOf(name) > 0));
  });
});
