import { beforeEach, describe, expect, test } from 'vitest';
import { MetricsSlab } from '../../engine/base/metrics-slab.js';
import type { EngineSlot } from '../../engine/path/engine-slot.js';
import { SlotTable } from '../../engine/path/slot-table.js';
import { virtualSegment } from '../simulation/support/virtual-segment.js';

const LIVE = 2;
/** How often the table looks who came. */
const LOOK_US = 10_000;

describe('slot table', () => {
  const segment = virtualSegment();
  let table: SlotTable;
  let restarted: EngineSlot[];

  const put = (slot: number, field: 'state' | 'claimStamp', value: number) => {
    const { at, i32 } = segment;
    Atomics.store(i32, (at.slots + slot * at.slotBytes + at.slot[field]) >> 2, value);
  };
  const claim = (slot: number, stamp: number) => {
    put(slot, 'claimStamp', stamp);
    put(slot, 'state', LIVE);
  };
  const live = () => table.live.map(({ view }) => view.index).sort();

  beforeEach(() => {
    for (let slot = 0; slot < segment.at.slotCount; slot++) put(slot, 'state', 0);
    restarted = [];
    table = new SlotTable(segment, new MetricsSlab(), (slot) => restarted.push(slot));
  });

  test('finds who is there at its first look, and who comes within a moment', () => {
    claim(3, 7);
    table.scan(1_000_000);
    expect(live()).toEqual([3]);
    claim(1, 8);
    table.scan(1_000_000 + LOOK_US - 1);
    expect(live()).toEqual([3]);
    table.scan(1_000_000 + LOOK_US);
    expect(live()).toEqual([1, 3]);
  });

  test('lets go at once of who went, several at a time', () => {
    for (const slot of [0, 1, 2]) claim(slot, slot + 1);
    table.scan(1_000_000);
    put(0, 'state', 0);
    put(2, 'state', 0);
    table.scan(1_000_001);
    expect(live()).toEqual([1]);
    expect(restarted.map(({ view }) => view.index).sort()).toEqual([0, 2]);
  });

  test('another owner of a slot is another slot, at once', () => {
    claim(2, 5);
    table.scan(1_000_000);
    const [before] = table.live;
    claim(2, 6);
    table.scan(1_000_001);
    expect(restarted).toEqual([before]);
    expect(table.live).toHaveLength(1);
    expect(table.live[0]).not.toBe(before);
    expect(table.live[0].claimStamp).toBe(6);
  });
});
