// Whatever is lost, doubled and late: once the records of the sender's state have come, receiver and sender agree.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  described,
  expectSettled,
  followed,
  type Message,
  MidiWorld,
  type Packet,
  soundingKeys,
} from './midi-world.js';

const channel = fc.integer({ min: 0, max: 1 });
const small = fc.integer({ min: 0, max: 3 });
const value = fc.integer({ min: 0, max: 127 });
const of = (status: number, first: fc.Arbitrary<number>, second?: fc.Arbitrary<number>) =>
  fc
    .tuple(channel, first, ...(second === undefined ? [] : [second]))
    .map(([c, ...data]): Message => [status | c, ...data]);

const event = fc.oneof(
  { weight: 4, arbitrary: of(0x90, small, value) },
  { weight: 3, arbitrary: of(0x80, small, value) },
  { weight: 1, arbitrary: of(0xa0, small, value) },
  { weight: 3, arbitrary: of(0xb0, fc.constantFrom(0, 1, 7, 11, 32, 64, 67), value) },
  { weight: 3, arbitrary: of(0xb0, fc.constantFrom(98, 99, 100, 101), fc.constantFrom(0, 1, 127)) },
  { weight: 3, arbitrary: of(0xb0, fc.constantFrom(6, 38, 96, 97), value) },
  { weight: 1, arbitrary: of(0xb0, fc.constantFrom(120, 121, 123), fc.constant(0)) },
  { weight: 1, arbitrary: of(0xb0, fc.constantFrom(122, 124, 125, 126, 127), fc.constantFrom(0, 1)) },
  { weight: 1, arbitrary: of(0xc0, small) },
  { weight: 1, arbitrary: of(0xd0, value) },
  { weight: 1, arbitrary: of(0xe0, value, value) },
);

/** Slices of the past, in any order, any number of times, with records in between; most of it may be missing. */
function packetsOf(count: number, lengthMax = 6, packetsMax = 40): fc.Arbitrary<Packet[]> {
  const slice = fc
    .tuple(fc.nat({ max: count - 1 }), fc.integer({ min: 1, max: lengthMax }))
    .map(([from, length]): Packet => ({ from, to: Math.min(count, from + length) }));
  const record = fc.nat({ max: count }).map((stateAfter): Packet => ({ stateAfter }));
  return fc.array(fc.oneof({ weight: 8, arbitrary: slice }, { weight: 1, arbitrary: record }), {
    maxLength: packetsMax,
  });
}

/** Parameters of one channel: whole selections, halves of them, values, resets, and other events between. */
const two = fc.constantFrom(0, 1);
const transactions = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.tuple(two, two, two).map(([n, high, low]) => selection(n, high, low)) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(98, 99, 100, 101), two).map(([c, v]) => [[0xb0, c, v]]),
      },
      { weight: 5, arbitrary: fc.tuple(fc.constantFrom(6, 38, 96), value).map(([c, v]) => [[0xb0, c, v]]) },
      { weight: 1, arbitrary: fc.constant([[0xb0, 121, 0]]) },
      { weight: 2, arbitrary: value.map((v) => [[0xb0, 7, v]]) },
    ),
    { minLength: 2, maxLength: 12 },
  )
  .map((parts): Message[] => parts.flat())
  .chain((events) => fc.tuple(fc.constant(events), packetsOf(events.length, 3, 14)));

function selection(nonRegistered: number, high: number, low: number): Message[] {
  const at = nonRegistered === 1 ? 98 : 100;
  return [
    [0xb0, at + 1, high],
    [0xb0, at, low],
  ];
}

const playing = fc
  .array(event, { minLength: 1, maxLength: 40 })
  .chain((events) => fc.tuple(fc.constant(events), packetsOf(events.length)));

describe('MIDI over any line', () => {
  it('settles: the final state is the sender’s, nothing hangs, nothing is played twice', () => {
    fc.assert(
      fc.property(playing, ([events, packets]) => {
        const world = new MidiWorld(events);
        for (const packet of packets) world.arrive(packet);
        // The second record brings what had to wait for the first: modes while notes sounded.
        for (let i = 0; i < 2; i++) world.arrive({ stateAfter: events.length });
        expectSettledOrWaiting(world);
      }),
      { numRuns: 1500 },
    );
  });

  it('settles every parameter: no value goes to another one than it was meant for', () => {
    fc.assert(
      fc.property(transactions, ([events, packets]) => {
        const world = new MidiWorld(events);
        for (const packet of packets) world.arrive(packet);
        world.arrive({ stateAfter: events.length });
        expectSettled(world);
      }),
      { numRuns: 3000 },
    );
  });

  it('in order and without loss every event is played, as it was sent', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
        const world = new MidiWorld(events);
        for (let i = 0; i < events.length; i++) world.arrive({ from: Math.max(0, i - 3), to: i + 1 });
        expect(world.played.map(({ bytes }) => bytes)).toEqual(events);
        expectSettled(world);
      }),
      { numRuns: 300 },
    );
  });

  it('what comes after a record of it changes nothing but notes that sound now', () => {
    fc.assert(
      fc.property(playing, ([events, packets]) => {
        const world = new MidiWorld(events);
        for (const packet of packets) world.arrive(packet);
        for (let i = 0; i < 2; i++) world.arrive({ stateAfter: events.length });
        const settled = world.played.length;
        for (const packet of packets) world.arrive(packet);
        world.arrive({ from: 0, to: events.length });
        world.arrive({ stateAfter: events.length });
        const before = followed(world.played.slice(0, settled));
        const after = followed(world.played);
        expect(described(after, [])).toEqual(described(before, []));
        const now = new Set(soundingKeys(world.stateAfter(events.length)));
        expect(soundingKeys(after).filter((key) => !now.has(key))).toEqual([]);
        expectSettledOrWaiting(world);
      }),
      { numRuns: 500 },
    );
  });
});

/** Modes that end notes wait while some sound; with all notes ended they come too. */
function expectSettledOrWaiting(world: MidiWorld): void {
  const ended = soundingKeys(world.stateAfter(world.events.length)).map(
    (key): Message => [0x80 | (key >> 7), key & 127, 0],
  );
  const all = new MidiWorld([...world.events, ...ended]);
  Object.assign(all, { stream: world.stream, played: world.played });
  for (let i = 0; i < 2; i++) all.arrive({ stateAfter: all.events.length });
  expectSettled(all);
}
