// MIDI devices of two studios, without a DAW: device -> engine -> real multicast -> engine -> device.
// Needs dist/ (the engine thread is compiled) and the native module, which `npm test` makes first.
import { Subject } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { unlinkSegment } from '../../bridge/index.js';
import { type Configuration, DEFAULTS, type MidiRoute } from '../../engine/control/configuration-table.js';
import { Engine } from '../../engine/control/engine.js';
import { MemoryMidiSystem } from '../../engine/control/midi-system-memory.js';
import { readStatus } from '../../engine/control/status-reader.js';

const PORT = 42_000 + (process.pid % 10_000);
const KEYS: MidiRoute = { port: 'Keys', direction: 'in', channel: 5, virtual: false };
const SYNTH: MidiRoute = { port: 'Synth', direction: 'out', channel: 5, virtual: false };

class Studio {
  readonly midi = new MemoryMidiSystem();
  readonly changes = new Subject<Configuration>();
  readonly said: string[] = [];
  engine: Engine | undefined;
  configuration: Configuration;

  constructor(name: string, midi: readonly MidiRoute[]) {
    const segment = `${name}${process.pid}`;
    this.configuration = { ...DEFAULTS, name, segment, midi, interface: 'lo', port: PORT, latencyMs: 5 };
    this.midi.inputs.add('Keys');
    this.midi.outputs.add('Synth');
  }

  async start(): Promise<void> {
    const { configuration, changes, midi } = this;
    const log = (text: string) => void this.said.push(text);
    const engine = await Engine.start({ configuration, changes, midi, log });
    if (typeof engine === 'string') throw new Error(engine);
    this.engine = engine;
  }
  change(part: Partial<Configuration>): void {
    this.configuration = { ...this.configuration, ...part };
    this.changes.next(this.configuration);
  }
  async stop(): Promise<void> {
    await this.engine?.stop();
    this.engine = undefined;
    unlinkSegment(this.configuration.segment);
  }

  /** What the engine thread tells its device's slot: it says something once it serves it. */
  get slotStatus(): string {
    const found = readStatus(this.configuration.segment);
    return found.running ? (found.status.slots[0]?.status ?? '') : found.reason;
  }
  get played(): number[][] {
    return (this.midi.sent.get('Synth') ?? []).map((message) => [...message]);
  }
}

const studios: Studio[] = [];
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.stop();
});
async function studio(name: string, midi: readonly MidiRoute[]): Promise<Studio> {
  const made = new Studio(name, midi);
  studios.push(made);
  await made.start();
  await until(() => expect(made.slotStatus).toMatch(/no peers|connected|receiving/));
  return made;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 8000, interval: 10 });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('two studios', () => {
  test('what is played here sounds there: all of it, once, in order', async () => {
    const here = await studio('dh', [KEYS]);
    const there = await studio('dt', [SYNTH]);
    const dump = [0xf0, 0x7d, ...Array.from({ length: 5000 }, (_, i) => i & 127), 0xf7];
    const music = Array.from({ length: 40 }, (_, i) => [i % 2 ? 0x80 : 0x90, 40 + (i >> 1), 64]);
    for (const message of [...music, dump, [0xe0, 1, 64], [0xc0, 5]]) {
      here.midi.play('Keys', Uint8Array.from(message));
      await pause(3);
    }
    await until(() => expect(there.played).toHaveLength(music.length + 3));
    expect(there.played).toEqual([...music, dump, [0xe0, 1, 64], [0xc0, 5]]);
  });

  test('an engine that stops lets go of the keys that are held', async () => {
    const here = await studio('sh', [KEYS]);
    const there = await studio('st', [SYNTH]);
    here.midi.play('Keys', Uint8Array.of(0x90, 60, 100));
    await until(() => expect(there.played).toEqual([[0x90, 60, 100]]));
    await until(() => expect(there.said.at(-1)).toBe('"sh" (127.0.0.1) joined'));
    await here.stop();
    await until(() => expect(there.played).toHaveLength(2));
    expect(there.played[1].slice(0, 2)).toEqual([0x80, 60]);
    await until(() => expect(there.said.at(-1)).toBe('"sh" (127.0.0.1) left'));
  });

  test('another channel, another session: taken while it runs', async () => {
    const here = await studio('ch', [KEYS]);
    const there = await studio('ct', [SYNTH]);
    there.change({ midi: [{ ...SYNTH, channel: 6 }] });
    await pause(300);
    here.midi.play('Keys', Uint8Array.of(0xc0, 1));
    await pause(300);
    expect(there.played).toEqual([]);
    here.change({ midi: [{ ...KEYS, channel: 6 }], session: 'other' });
    there.change({ session: 'other' });
    await pause(300);
    here.midi.play('Keys', Uint8Array.of(0xc0, 2));
    await until(() => expect(there.played).toEqual([[0xc0, 2]]));
  });
});
