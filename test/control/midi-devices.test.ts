import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MidiRoute } from '../../engine/control/configuration-table.js';
import { MidiDevices } from '../../engine/control/midi-devices.js';
import { matchPort } from '../../engine/control/midi-system.js';
import { MemoryMidiSystem } from '../../engine/control/midi-system-memory.js';
import { DeviceWorld } from './device-world.js';

const ON = [0x90, 60, 100];
const OFF = [0x80, 60, 64];
const KEYS: MidiRoute = { port: 'keys', direction: 'both', channel: 3, virtual: false };

let world: DeviceWorld;
let system: MemoryMidiSystem;
let devices: MidiDevices;
let said: string[];
beforeEach(() => {
  world = new DeviceWorld(`md${process.pid}`);
  system = new MemoryMidiSystem();
  said = [];
  devices = new MidiDevices(system, world.host, (text) => said.push(text));
});
afterEach(async () => {
  await devices.close();
  world.close();
});

const route = (midi: readonly MidiRoute[], latencyMs = 5) => {
  devices.configure({ midi, latencyMs });
  devices.poll();
};
const tick = () => {
  world.nowUs += 1000;
  world.beat();
  devices.tick();
};
const sent = (port: string) => (system.sent.get(port) ?? []).map((message) => [...message]);
const settle = () => new Promise((resolve) => setTimeout(resolve, 80));

describe('routing', () => {
  beforeEach(() => {
    system.inputs.add('Master Keys 49');
    system.outputs.add('Master Keys 49');
  });

  test('device to channel and channel to device', async () => {
    route([KEYS]);
    expect(system.play('Master Keys 49', Uint8Array.from(ON))).toBe(1);
    await turn();
    expect(world.captured().map(([, bytes]) => bytes)).toEqual([ON]);
    world.play(0, OFF, world.accept());
    tick();
    expect(sent('Master Keys 49')).toEqual([OFF]);
    expect(devices.status().routes).toEqual([
      { ...KEYS, input: 'Master Keys 49', output: 'Master Keys 49', eventsIn: 1, eventsOut: 1, problem: '' },
    ]);
  });

  test('only the wanted direction', async () => {
    route([{ ...KEYS, direction: 'out' }]);
    expect(system.play('Master Keys 49', Uint8Array.from(ON))).toBe(0);
    route([{ ...KEYS, direction: 'in' }]);
    await settle();
    expect(system.play('Master Keys 49', Uint8Array.from(ON))).toBe(1);
    world.play(0, ON, world.accept());
    tick();
    expect(sent('Master Keys 49')).toEqual([]);
  });

  test('a route that did not change goes on; latency is taken in place; one that is gone gives all back', async () => {
    route([KEYS]);
    const { streamStamp } = world.slot();
    route([{ ...KEYS, channel: 4, port: 'other' }, KEYS], 20);
    expect(world.slot()).toMatchObject({ streamStamp, channel: 3, latencyMs: 20 });
    route([]);
    await settle();
    expect(world.slots()).toEqual([]);
    expect(system.play('Master Keys 49', Uint8Array.from(ON))).toBe(0);
  });

  test('notes that sound on the device are released when its route ends', async () => {
    route([KEYS]);
    world.play(0, ON, world.accept());
    tick();
    route([]);
    expect(sent('Master Keys 49')).toEqual([ON, OFF]);
    await settle();
  });
});

describe('hot plug', () => {
  test('a device that comes later, goes, and comes again', async () => {
    route([KEYS]);
    expect(said).toEqual(['no MIDI port named or containing "keys"']);
    expect(world.slots()).toEqual([]);
    system.inputs.add('Keys');
    devices.poll();
    expect(said.slice(1)).toEqual([
      'MIDI input "Keys" is routed to channel 3',
      'no MIDI output named or containing "keys"',
    ]);
    system.play('Keys', Uint8Array.from(ON));
    await turn();
    expect(world.captured().map(([, bytes]) => bytes)).toEqual([ON]);
    const slot = world.slot();

    system.inputs.delete('Keys');
    devices.poll();
    expect(said.at(-1)).toBe('MIDI input "Keys" is gone');
    expect(world.captured(slot).map(([, bytes]) => bytes)).toEqual([OFF]);
    await settle();
    expect(world.slots()).toEqual([]);

    system.inputs.add('Keys');
    devices.poll();
    expect(world.slots()).toHaveLength(1);
  });

  test('a device that is pulled while it is sent to does no harm', async () => {
    system.outputs.add('Synth');
    route([{ port: 'Synth', direction: 'out', channel: 1, virtual: false }]);
    world.play(0, ON, world.accept());
    system.outputs.delete('Synth');
    tick();
    devices.poll();
    expect(devices.status().routes[0]).toMatchObject({ output: '', eventsOut: 0 });
    await settle();
    expect(world.slots()).toEqual([]);
  });
});

test('once started, its clock runs by itself, from the first device on', async () => {
  system.outputs.add('Synth');
  devices.configure({
    midi: [{ port: 'Synth', direction: 'out', channel: 1, virtual: false }],
    latencyMs: 5,
  });
  devices.start();
  world.play(0, ON, world.accept());
  world.nowUs += 1000;
  await expect.poll(() => sent('Synth'), { timeout: 500 }).toEqual([ON]);
});

test('virtual ports are created, where the system can', async () => {
  const virtual: MidiRoute = { port: 'JamBridge', direction: 'in', channel: 1, virtual: true };
  route([virtual]);
  expect(system.play('JamBridge', Uint8Array.from(ON))).toBe(1);
  await turn();
  expect(world.captured().map(([, bytes]) => bytes)).toEqual([ON]);
  route([]);
  await settle();
  system.canCreatePorts = false;
  route([virtual]);
  expect(said.at(-1)).toBe('this system has no virtual MIDI ports');
  expect(world.slots()).toEqual([]);
});

test('without a MIDI system: said once, and on it goes', () => {
  system.unavailable = 'no MIDI system';
  route([KEYS, { ...KEYS, virtual: true }]);
  devices.poll();
  devices.poll();
  expect(said).toEqual(['no MIDI system']);
  expect(devices.status()).toMatchObject({
    unavailable: 'no MIDI system',
    routes: [{ problem: 'no MIDI system' }, {}],
  });
  expect(world.slots()).toEqual([]);
});

test('ports are matched by their very name first, then by a part of it in any case', () => {
  const names = ['Keystation 49', 'KEYS', 'keys'];
  expect(matchPort('keys', names)).toBe('keys');
  expect(matchPort('Keys', names)).toBe('Keystation 49');
  expect(matchPort('STATION', names)).toBe('Keystation 49');
  expect(matchPort('piano', names)).toBe('');
});
