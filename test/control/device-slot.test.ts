import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeviceSlot } from '../../engine/control/device-slot.js';
import { MODE } from '../../engine/path/slot-view.js';
import { DeviceWorld } from './device-world.js';

const ON = [0x90, 60, 100];
const OFF = [0x80, 60, 64];
const FRAMES_A_MS = 48;

let world: DeviceWorld;
let emitted: number[][];
beforeEach(() => {
  world = new DeviceWorld(`ds${process.pid}`);
  emitted = [];
});
afterEach(() => world.close());

function open(direction: 'in' | 'out' | 'both', channel = 7): DeviceSlot {
  const slot = DeviceSlot.open(
    world.host,
    { name: 'MIDI Keys', direction, channel, latencyMs: 5 },
    (message) => emitted.push([...message]),
  );
  if (!slot) throw new Error('no slot');
  return slot;
}

describe('as the engine sees it', () => {
  test('the control block is that of a plugin without audio', () => {
    for (const [direction, mode] of [
      ['in', MODE.send],
      ['out', MODE.receive],
      ['both', MODE.sendReceive],
    ] as const) {
      open(direction);
      world.nowUs += 1000;
      const slot = world.slots().at(-1);
      slot?.readControl();
      expect(slot).toMatchObject({
        ...{ active: true, mode, channel: 7, latencyMs: 5, midiOn: true, redundancy: 1 },
        ...{ channelsIn: 0, channelsOut: 0, sampleRate: 48_000, offline: false },
      });
      expect(slot?.streamStamp).not.toBe(0);
    }
  });

  test('frames follow the clock, in blocks no larger than declared', () => {
    const device = open('in');
    let end = 0;
    for (const ms of [1, 1, 2, 1, 30]) {
      world.nowUs += ms * 1000;
      device.tick();
      const slot = world.slot();
      end += ms * FRAMES_A_MS;
      expect(world.captureEnd(slot)).toBe(end);
      expect(slot.blockFrame + slot.blockFrames).toBe(end);
      expect(slot.blockFrames).toBeLessThanOrEqual(slot.blockFramesMax);
      expect(slot.blockTimeUs).toBe(world.nowUs);
    }
  });

  test('every block is published, and a sleeping engine is rung once', () => {
    const device = open('in');
    const before = world.published();
    world.sleep();
    world.nowUs += 10_000; // 480 frames: four blocks
    device.tick();
    expect(world.published() - before).toBe(4);
    expect(world.bells).toBe(1);
  });

  test('after a pause that no ring can span the stream begins anew, with frames that never were', async () => {
    const device = open('both');
    world.nowUs += 1000;
    device.tick();
    const stamp = world.slot().streamStamp;
    world.nowUs += 10e6;
    device.receive(Uint8Array.from(ON));
    device.tick();
    const slot = world.slot();
    expect(slot.streamStamp).not.toBe(stamp);
    expect(slot.blockFrame).toBeGreaterThanOrEqual(FRAMES_A_MS + 2 * world.view.at.ringFrames);
    expect(slot.blockFrame).toBeLessThan(FRAMES_A_MS + 2 * world.view.at.ringFrames + 1000);
    expect(world.captured(slot).map(([, bytes]) => bytes)).toEqual([ON]);
    await turn();
  });
});

describe('from the device', () => {
  test('messages are captured at the frame of their arrival, without waiting for a tick', async () => {
    const device = open('in');
    world.nowUs += 10_000;
    device.receive(Uint8Array.from(ON));
    world.nowUs += 5000;
    device.receive(Uint8Array.from(OFF));
    await turn();
    expect(world.captured()).toEqual([
      [480, ON],
      [720, OFF],
    ]);
    expect(world.captureEnd()).toBe(721);
  });

  test('a burst in one turn stays at its frame, in its order', async () => {
    const device = open('in');
    for (let note = 0; note < 100; note++) device.receive(Uint8Array.of(0x90, note, 1));
    await turn();
    expect(world.captured().map(([frame, [, note]]) => [frame, note])).toEqual(
      Array.from({ length: 100 }, (_, note) => [0, note]),
    );
    expect(world.captureEnd()).toBe(1);
  });

  test('a long dump goes in pieces and comes out whole; what fits nowhere is counted', async () => {
    const device = open('in');
    const dump = [0xf0, ...Array.from({ length: 60_000 }, (_, i) => i & 127), 0xf7];
    device.receive(Uint8Array.from(dump));
    device.receive(Uint8Array.from(dump));
    device.receive(Uint8Array.from(dump));
    await turn();
    expect(device.dropped).toBe(1);
    expect(world.captured().map(([, bytes]) => bytes)).toEqual([dump, dump]);
    for (const junk of [[], [0x40, 1], new Array(80_000).fill(0xf0)]) device.receive(Uint8Array.from(junk));
    expect(device.dropped).toBe(4);
  });
});

describe('to the device', () => {
  test('messages leave at their frame, whatever their order in the ring', () => {
    const device = open('out');
    device.tick();
    world.accept();
    world.play(3 * FRAMES_A_MS, [0x90, 3, 1]);
    world.play(FRAMES_A_MS, [0x90, 1, 1]);
    world.play(3 * FRAMES_A_MS, [0x90, 4, 1]);
    const notes: number[][] = [];
    for (let ms = 1; ms <= 4; ms++) {
      world.nowUs += 1000;
      emitted = [];
      device.tick();
      notes.push(emitted.map(([, note]) => note));
    }
    expect(notes).toEqual([[], [1], [], [3, 4]]);
  });

  test('an engine that stops beating: what sounds is released, what waits is discarded', () => {
    const device = open('out');
    world.accept();
    world.play(0, ON);
    world.play(48_000, [0x90, 1, 1]);
    world.nowUs += 1000;
    device.tick();
    world.nowUs += 600_000;
    device.tick();
    expect(emitted).toEqual([ON, OFF]);
    world.beat();
    world.nowUs += 400_000;
    device.tick();
    expect(emitted).toEqual([ON, OFF]);
  });

  test('nothing of another stream is played', () => {
    const device = open('out');
    const slot = world.slot();
    slot.store(world.view.at.slot.playoutStamp, slot.streamStamp ^ 1);
    world.play(0, ON);
    world.nowUs += 1000;
    device.tick();
    expect(emitted).toEqual([]);
  });

  test('a corrupt ring costs messages, never more', () => {
    const device = open('out');
    const slot = world.accept();
    const { midiPlayoutWrite } = world.view.at.slot;
    for (const write of [4, 12, 0x7fffffff, -4]) {
      slot.store(midiPlayoutWrite, slot.load(midiPlayoutWrite) + write);
      world.nowUs += 1000;
      device.tick();
    }
    world.play(0, ON, slot);
    world.nowUs += 1000;
    device.tick();
    expect(emitted).toEqual([ON]);
  });
});

describe('its end', () => {
  test('what arrived last is captured, what sounds is released, the slot is free', async () => {
    const device = open('both');
    world.accept();
    world.play(0, ON);
    world.nowUs += 1000;
    device.tick();
    device.receive(Uint8Array.from(ON));
    const closing = device.close();
    expect(emitted).toEqual([ON, OFF]);
    expect(world.captured().map(([, bytes]) => bytes)).toEqual([ON]);
    await closing;
    expect(world.slots()).toEqual([]);
    device.receive(Uint8Array.from(ON));
    device.tick();
    await turn();
    expect(world.slots()).toEqual([]);
  });

  test('other settings keep the slot and its stream', () => {
    const device = open('in');
    const { streamStamp, index } = world.slot();
    device.change({ name: 'MIDI Pads', direction: 'out', channel: 9, latencyMs: 30 });
    expect(world.slot()).toMatchObject({ index, streamStamp, channel: 9, latencyMs: 30, mode: MODE.receive });
  });

  test('no free slot is no crash', () => {
    for (let i = 0; i < world.view.at.slotCount; i++) open('in');
    expect(
      DeviceSlot.open(world.host, { name: '', direction: 'in', channel: 1, latencyMs: 1 }, () => {}),
    ).toBeNull();
  });
});
