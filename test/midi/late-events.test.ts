// What comes late must not undo what came since.
import { describe, expect, it } from 'vitest';
import { type Message, MidiWorld } from './midi-world.js';

/** Plays events of the list in this order, each in a packet of its own (numbers from 1); returns what was played. */
function playedInOrder(events: readonly Message[], order: readonly number[]): number[][] {
  const world = new MidiWorld(events);
  for (const number of order) world.arrive({ from: number - 1, to: number });
  return world.played.map(({ bytes }) => bytes);
}

describe('a late event', () => {
  it('note-on does not sound when its note-off was played', () => {
    const events = [
      [0x90, 60, 100],
      [0x80, 60, 0],
    ];
    expect(playedInOrder(events, [2, 1])).toEqual([[0x80, 60, 0]]);
  });

  it('note-off does not end a note that began since', () => {
    const events = [
      [0x90, 60, 1],
      [0x80, 60, 0],
      [0x90, 60, 2],
    ];
    expect(playedInOrder(events, [1, 3, 2])).toEqual([
      [0x90, 60, 1],
      [0x90, 60, 2],
    ]);
  });

  it('key pressure is not that of a note that began since', () => {
    const events = [
      [0xa0, 60, 99],
      [0x90, 60, 2],
      [0xa0, 60, 5],
    ];
    expect(playedInOrder(events, [2, 1, 3])).toEqual([
      [0x90, 60, 2],
      [0xa0, 60, 5],
    ]);
  });

  it('"all notes off" ends the notes before it, not those since', () => {
    for (const mode of [120, 123]) {
      const events = [
        [0x90, 60, 1],
        [0x90, 61, 1],
        [0xb0, mode, 0],
        [0x90, 62, 1],
        [0x90, 61, 2],
      ];
      expect(playedInOrder(events, [1, 2, 4, 5, 3])).toEqual([
        [0x90, 60, 1],
        [0x90, 61, 1],
        [0x90, 62, 1],
        [0x90, 61, 2],
        [0x80, 60, 64],
      ]);
    }
  });

  it('"all notes off" is played as it is when nothing came since', () => {
    const events = [
      [0x90, 60, 1],
      [0xb0, 7, 3],
      [0xb0, 123, 0],
      [0xb0, 7, 5],
    ];
    expect(playedInOrder(events, [1, 2, 4, 3]).at(-1)).toEqual([0xb0, 123, 0]);
  });

  it('"reset all controllers" leaves alone what was set since', () => {
    const events = [
      [0xb0, 1, 50],
      [0xb0, 64, 127],
      [0xe0, 3, 4],
      [0xb0, 121, 0],
      [0xb0, 1, 60],
    ];
    const played = playedInOrder(events, [1, 2, 3, 5, 4]);
    expect(played).toContainEqual([0xb0, 64, 0]);
    expect(played).toContainEqual([0xe0, 0, 64]);
    expect(played.slice(4).filter(([status, controller]) => status === 0xb0 && controller === 1)).toEqual([]);
  });

  it('mono, poly and omni wait until no note sounds, for they end all of them', () => {
    for (const mode of [124, 125, 126, 127]) {
      const events: Message[] = [
        [0x90, 60, 1],
        [0xb0, mode, 0],
        [0x90, 61, 1],
        [0x80, 61, 0],
      ];
      const world = new MidiWorld(events);
      for (const number of [1, 3, 2]) world.arrive({ from: number - 1, to: number });
      expect(world.played.at(-1)?.bytes).toEqual([0x80, 60, 64]);
      world.arrive({ stateAfter: 3 });
      expect(world.played.map(({ bytes }) => bytes)).not.toContainEqual([0xb0, mode, 0]);
      world.arrive({ from: 3, to: 4 });
      world.arrive({ stateAfter: 4 });
      expect(world.played.at(-1)?.bytes).toEqual([0xb0, mode, 0]);
    }
  });
});

describe('data entry', () => {
  const SELECT_BEND_RANGE: Message[] = [
    [0xb0, 101, 0],
    [0xb0, 100, 0],
  ];

  it('is held back while its selection may be missing, and the record sets its value', () => {
    const events: Message[] = [
      ...SELECT_BEND_RANGE,
      [0xb0, 6, 12],
      [0xb0, 99, 1],
      [0xb0, 98, 8],
      [0xb0, 6, 77],
    ];
    const world = new MidiWorld(events);
    world.arrive({ from: 0, to: 3 });
    world.arrive({ from: 5, to: 6 });
    expect(world.played.map(({ bytes }) => bytes)).toEqual(events.slice(0, 3));
    world.arrive({ stateAfter: 6 });
    expect(world.played.slice(3).map(({ bytes }) => bytes)).toEqual([
      [0xb0, 99, 1],
      [0xb0, 98, 8],
      [0xb0, 6, 77],
    ]);
  });

  it('is played again as soon as both halves of a selection have come', () => {
    const events: Message[] = [[0xb0, 7, 1], ...SELECT_BEND_RANGE, [0xb0, 6, 12]];
    const world = new MidiWorld(events);
    world.arrive({ from: 1, to: 4 });
    expect(world.played.map(({ bytes }) => bytes)).toEqual(events.slice(1));
  });

  it('is played as it comes where the sender repeats nothing: nobody would make up for it', () => {
    const world = new MidiWorld([[0xb0, 7, 1], ...SELECT_BEND_RANGE, [0xb0, 6, 12]]);
    world.stream.journalled = false;
    world.arrive({ from: 3, to: 4 });
    expect(world.played.map(({ bytes }) => bytes)).toEqual([[0xb0, 6, 12]]);
  });

  it('is held back while half of its selection is one that should have been replaced', () => {
    const events: Message[] = [
      ...SELECT_BEND_RANGE,
      [0xb0, 101, 1], // late
      [0xb0, 100, 1],
      [0xb0, 100, 0],
      [0xb0, 6, 5],
    ];
    expect(playedInOrder(events, [1, 2, 4, 3, 5, 6])).toEqual([events[0], events[1], events[3], events[4]]);
  });

  it('is held back after a late reset, which would have selected nothing', () => {
    const events: Message[] = [
      [0xb0, 99, 0],
      [0xb0, 98, 0],
      [0xb0, 121, 0], // late
      [0xb0, 99, 1],
      [0xb0, 6, 5],
      [0xb0, 99, 1],
      [0xb0, 6, 6],
      [0xb0, 98, 2],
      [0xb0, 6, 7],
    ];
    const played = playedInOrder(events, [1, 2, 4, 3, 5, 6, 7, 8, 9]);
    expect(played.filter(([, controller]) => controller === 6)).toEqual([[0xb0, 6, 7]]);
  });

  it('is not healed in the order of controller numbers', () => {
    const events: Message[] = [
      ...SELECT_BEND_RANGE,
      [0xb0, 6, 12],
      [0xb0, 38, 3],
      [0xb0, 101, 127],
      [0xb0, 100, 127],
    ];
    const world = new MidiWorld(events);
    world.arrive({ stateAfter: events.length });
    expect(world.played.map(({ bytes }) => bytes)).toEqual(events);
  });

  it('increments are made up for one by one', () => {
    const events: Message[] = [
      ...SELECT_BEND_RANGE,
      [0xb0, 6, 12],
      [0xb0, 96, 0],
      [0xb0, 96, 0],
      [0xb0, 97, 0],
    ];
    const world = new MidiWorld(events);
    world.arrive({ from: 0, to: 3 });
    world.arrive({ stateAfter: events.length });
    expect(world.played.slice(3).map(({ bytes }) => bytes)).toEqual([
      [0xb0, 101, 0],
      [0xb0, 100, 0],
      [0xb0, 96, 0],
    ]);
  });
});

describe('a program', () => {
  it('is healed from the bank that it was chosen from, not the one selected since', () => {
    const events: Message[] = [
      [0xb0, 0, 5],
      [0xb0, 32, 6],
      [0xc0, 7],
      [0xb0, 0, 9],
    ];
    const world = new MidiWorld(events);
    world.arrive({ stateAfter: events.length });
    const played = world.played.map(({ bytes }) => bytes);
    const program = played.findIndex(([status]) => status === 0xc0);
    expect(played.slice(0, program)).toContainEqual([0xb0, 0, 5]);
    expect(played.slice(0, program).findLast(([, controller]) => controller === 0)).toEqual([0xb0, 0, 5]);
    expect(played.slice(program + 1)).toEqual([[0xb0, 0, 9]]);
  });
});
