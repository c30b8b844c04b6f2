// What the decoder does with packets that no sender wrote, or wrote long ago, or that were changed on the way.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeRepairPrefix } from '../../engine/fec/repair-body.js';
import { RlcDecoder } from '../../engine/fec/rlc-decoder.js';
import { SYMBOL_HEADER_BYTES } from '../../engine/fec/source-symbol.js';
import { give, type RepairPacket, Sender, type SourcePacket, sourcePacket } from './fec-support.js';

const BODY = 40;
const SYMBOL_MAX = BODY + SYMBOL_HEADER_BYTES;
const WINDOW = 7;
const WINDOW_MAX = 16;

/** A stream with 3 in 10 packets lost and two repair packets behind each; `between` is called every time. */
function play(
  decoder: RlcDecoder,
  packets: number,
  origin: number,
  between: (index: number, repair: RepairPacket) => void,
): { lost: number; recovered: number } {
  const sender = new Sender(WINDOW_MAX, BODY);
  const sources = new Map<number, SourcePacket>();
  let [lost, recovered] = [0, 0];
  for (let index = 0; index < packets; index++) {
    const source = sender.send(sourcePacket(origin + index, BODY - (index % 5)));
    sources.set(source.sequence, source);
    if (index % 10 === 3 || index % 10 === 4 || index % 10 === 8) lost++;
    else recovered += give(decoder, { source }, sources).length;
    for (let k = 0; k < 2; k++) {
      const repair = sender.repair(WINDOW, 2 * index + k);
      between(index, repair);
      recovered += give(decoder, { repair }, sources).length;
    }
  }
  return { lost, recovered };
}

/** A body that the reader accepts and that says nothing true. */
function forged(first: number, window: number, noise: number): Uint8Array {
  const u8 = Uint8Array.from({ length: 16 + SYMBOL_MAX }, (_, i) => Math.imul(noise + i, 0x9e3779b1) >>> 13);
  writeRepairPrefix(u8, 0, noise, first >>> 0, window, SYMBOL_MAX);
  return u8;
}

describe('the decoder under fire', () => {
  it('takes any bytes, recovers nothing from them, and goes on with the stream', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.integer({ min: -9, max: 130 }), (u8, bytes) => {
        decoder.addRepair(u8, 0, bytes);
        return !decoder.takeRecovered();
      }),
    );
    const { lost, recovered } = play(decoder, 100, 5, () => {});
    expect(recovered).toBe(lost);
  });

  it('recovers all the same when every packet comes twice, and hands each out once', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    const { lost, recovered } = play(decoder, 200, 0xffffff90, (_, repair) => {
      decoder.addRepair(repair.body, 0, repair.body.length);
      decoder.addRepair(repair.body, 0, repair.body.length);
      decoder.takeRecovered(); // whatever comes here is not counted below
    });
    expect(decoder.counts.recovered).toBe(lost);
    expect(recovered).toBeLessThanOrEqual(lost);
  });

  it('is not led away by repair packets from far ahead, far behind or from nowhere', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    const { lost, recovered } = play(decoder, 300, 1000, (index) => {
      for (const away of [1 << 30, -(1 << 30), 400, -400, 40]) {
        const body = forged(1000 + index + away, WINDOW, index);
        decoder.addRepair(body, 0, body.length);
      }
    });
    expect(decoder.counts.outOfReach).toBeGreaterThan(2000);
    expect(recovered).toBe(lost);
  });

  it('gives nothing wrong out when repair packets are changed on the way, and heals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 16 + SYMBOL_MAX - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
          let implausible = 0;
          const changed = play(decoder, 40, 77, (index, repair) => {
            if (index === 13) repair.body[Math.min(at, repair.body.length - 1)] ^= mask;
            implausible = decoder.counts.implausible;
          });
          // Every body handed out was compared with the original; what is missing lies around the change.
          expect(changed.recovered).toBeGreaterThanOrEqual(changed.lost - 4);
          expect(implausible).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60, examples: [[16 + SYMBOL_MAX - 1, 1]] },
    );
  });

  it('does bounded work for every packet and keeps its memory, whatever comes', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    const span = 32;
    const bound = (2 * span + 2) * ((SYMBOL_MAX + 3) & ~3);
    const body = sourcePacket(0, BODY).body;
    decoder.addSource(0, 0, 0, 0, body, 0, body.length);
    const before = decoder.slab.buffer;
    let most = 0;
    for (let k = 0; k < 20_000; k++) {
      const work = decoder.workBytes;
      const flood = forged((k >> 9) - (k % 23), 1 + (k % WINDOW_MAX), k);
      decoder.addRepair(flood, 0, flood.length);
      if (k % 512 === 0) decoder.addSource(k >> 9, 0, 0, 0, body, 0, body.length);
      most = Math.max(most, decoder.workBytes - work);
      while (decoder.takeRecovered());
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(bound);
    expect(decoder.slab.buffer).toBe(before);
  });

  it('stops at the budget of a tick and counts what it left', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    decoder.beginTick(0);
    const none = play(decoder, 50, 9, () => {});
    expect(none.recovered).toBe(0);
    expect(decoder.counts.overBudget).toBe(100);
    decoder.reset();
    const some = play(decoder, 50, 9, () => decoder.beginTick(SYMBOL_MAX));
    expect(some.recovered).toBe(some.lost);
  });

  it('follows a stream that goes back without a word, after as many packets as it can hold', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    play(decoder, 20, 1_000_000, () => {});
    const { body } = sourcePacket(1, BODY);
    const taken = Array.from({ length: 40 }, (_, k) => decoder.addSource(k, 0, 0, 0, body, 0, body.length));
    expect(taken.indexOf(true)).toBe(31);
    expect(taken.slice(31).every((value) => value)).toBe(true);
    const { lost, recovered } = play(decoder, 100, 40, () => {});
    expect(recovered).toBe(lost);
  });

  it('leaps over an outage and starts again behind it', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    play(decoder, 20, 0, () => {});
    const after = play(decoder, 50, 100_000, () => {});
    expect(after.recovered).toBe(after.lost);
  });

  it('refuses what it has, what is too old and what is too long', () => {
    const decoder = new RlcDecoder(WINDOW_MAX, SYMBOL_MAX);
    const body = new Uint8Array(BODY + 1).fill(1);
    const add = (sequence: number, bytes = BODY) => decoder.addSource(sequence, 0, 0, 0, body, 0, bytes);
    expect(add(100)).toBe(true);
    expect(add(100)).toBe(false);
    expect(add(101, BODY + 1)).toBe(false);
    expect(add(101, 0)).toBe(false);
    expect(add(69)).toBe(true);
    expect(add(68)).toBe(false);
  });
});

describe('the encoder', () => {
  it('protects nothing before the first packet, and never over a jump of the sequence', () => {
    const sender = new Sender(8, BODY);
    expect(sender.encoder.writeRepair(8, 1, new Uint8Array(100), 0)).toBe(0);
    for (const sequence of [5, 6, 9]) sender.send(sourcePacket(sequence, BODY));
    expect(sender.repair(8, 1)).toMatchObject({ first: 9, count: 1 });
    sender.send(sourcePacket(10, BODY));
    expect(sender.repair(8, 1)).toMatchObject({ first: 9, count: 2 });
    expect(sender.repair(1, 1)).toMatchObject({ first: 10, count: 1 });
    expect(sender.repair(0, 1).body.length).toBe(0);
    sender.encoder.begin();
    expect(sender.encoder.windowPackets).toBe(0);
  });

  it('writes repair packets as long as the longest packet of the window', () => {
    const sender = new Sender(4, BODY);
    [30, 12, 9, 8, 7].forEach((bytes, index) => {
      sender.send(sourcePacket(index, bytes));
    });
    expect(sender.repair(4, 1).body.length).toBe(16 + SYMBOL_HEADER_BYTES + 12);
    expect(sender.repair(2, 1).body.length).toBe(16 + SYMBOL_HEADER_BYTES + 8);
  });

  it('leaves a packet that is too long unprotected and starts a new window behind it', () => {
    const sender = new Sender(4, BODY);
    sender.send(sourcePacket(1, BODY));
    const long = sourcePacket(2, BODY + 1);
    expect(sender.encoder.addSource(2, 0, 0, 0, long.body, 0, BODY + 1)).toBe(false);
    expect(sender.encoder.windowPackets).toBe(0);
    sender.send(sourcePacket(3, BODY));
    expect(sender.repair(4, 1)).toMatchObject({ first: 3, count: 1 });
  });
});
