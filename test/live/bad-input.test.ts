// What else may be wrong at a running engine or host: the segment damaged or of another time, files that are
// not what they should be, things that are not there. A clear message or silence, never a crash.
import { closeSync, existsSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LAYOUT } from '../../bridge/index.js';
import { writeWav } from '../../engine/demo/wav-file.js';
import { Random } from '../fuzz/datagram-maker.js';
import { until } from './support/live-process.js';
import { HOST, LiveWorld, PLUGINS } from './support/live-world.js';
import { numberedSignal } from './support/numbered-signal.js';
import { LOOPBACK } from './support/places.js';
import { expectOnTime } from './support/recording.js';
import { SEED } from './support/seed.js';
import { sharedObjectPath, sharedObjects } from './support/shared-memory.js';

const RATE = 48_000;
const SLOTS_AT_RISK = 4;

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(() => world.close());

type Target = (random: Random) => number;

const inSlot = (random: Random, from: number, bytes: number) =>
  LAYOUT.kSlotsOffset + random.below(SLOTS_AT_RISK) * LAYOUT.kSlotBytes + from + random.below(bytes);
const PUBLISHED = LAYOUT['slot.captureEnd'];

/** Where the damage goes: with an intact header and ownership the hosts stay and must bear all of it. */
const TARGETS: Record<string, readonly Target[]> = {
  'the rings and all positions in them': [
    (random) => inSlot(random, PUBLISHED, LAYOUT['slot.control'] - PUBLISHED),
    (random) => inSlot(random, LAYOUT.kMidiCaptureOffset, 2 * LAYOUT.kMidiRingBytes),
    (random) => inSlot(random, LAYOUT.kCaptureOffset, 2 * LAYOUT.kChannelRingBytes),
    (random) => inSlot(random, LAYOUT.kPlayoutOffset, 2 * LAYOUT.kChannelRingBytes),
  ],
  "the plugins' control blocks": [(random) => inSlot(random, LAYOUT['slot.control'], 192)],
  'the header and everything': [
    (random) => random.below(512),
    (random) => inSlot(random, 0, 512),
    (random) => inSlot(random, LAYOUT.kMidiCaptureOffset, LAYOUT.kSlotBytes - LAYOUT.kMidiCaptureOffset),
  ],
};

/** Writes random bytes where nobody but engine and plugins may. */
class Vandal {
  private readonly file: number;

  constructor(
    segment: string,
    private readonly random: Random,
    private readonly targets: readonly Target[],
  ) {
    this.file = openSync(sharedObjectPath(segment), 'r+');
  }

  strike(): void {
    const { random, targets } = this;
    const bytes = Uint8Array.from({ length: 1 + random.below(16) }, () => random.next());
    writeSync(this.file, bytes, 0, bytes.length, targets[random.below(targets.length)](random));
  }

  async rage(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      for (let i = 0; i < 8; i++) this.strike();
      await sleep(1);
    }
    closeSync(this.file);
  }
}

describe(`a segment that somebody writes into, seed ${SEED}`, () => {
  it.each(Object.keys(TARGETS))(
    '%s: nobody crashes, a new engine heals it, the hosts play on',
    async (where) => {
      const [a, first] = await Promise.all([world.startEngine('a'), world.startEngine('b')]);
      const receiver = world.startHost('b', { mode: 'receive', seconds: 120 });
      const both = world.startHost('b', { mode: 'send+receive', channel: 2, seconds: 120 });
      await until('the plugins', () => first.watch.activeSlots().length === 2);
      const audio = numberedSignal(40 * RATE, 1);
      world.startHost('a', { mode: 'send', seconds: 60, audio });
      await receiver.shows('sound', ({ peakOut }) => peakOut > 0);
      await new Vandal(first.segment, new Random(SEED), TARGETS[where]).rage(3000);
      await sleep(500);
      for (const { process } of [receiver, both]) expect(process.running, process.stderr).toBe(true);
      expect(await first.process.end('SIGTERM'), first.process.stderr).toBe(0);
      const second = await world.startEngine('b');
      await until('the plugins to come back', () => second.watch.activeSlots().length === 2);
      await receiver.shows('sound', ({ peakOut, status }) => peakOut > 0 && status === 'receiving');
      for (const host of [receiver, both]) expectOnTime(await host.finish('stop'));
      expect(a.process.running).toBe(true);
      expect(await second.process.end('SIGTERM')).toBe(0);
      expect(sharedObjects(second.segment)).toEqual([]);
    },
  );
});

describe('a segment of another time', () => {
  const path = () => sharedObjectPath(`${world.segmentPrefix}a`);
  const whole = (words: readonly (readonly [string, number])[]) => {
    const file = openSync(path(), 'w', 0o600);
    ftruncateSync(file, LAYOUT.kSegmentBytes);
    for (const [field, value] of words) {
      writeSync(file, Uint32Array.of(value), 0, 4, LAYOUT[`header.${field}`]);
    }
    closeSync(file);
  };

  it.each([
    ['text of somebody else', () => writeFileSync(path(), 'not a segment\n'.repeat(1000), { mode: 0o600 })],
    ['an empty object', () => writeFileSync(path(), '', { mode: 0o600 })],
    ['one never finished', () => whole([])],
    ['a magic number and garbage', () => whole([['magic', LAYOUT.kSegmentMagic]])],
    [
      'a retired one',
      () =>
        whole([
          ['magic', LAYOUT.kSegmentMagic],
          ['retired', 1],
        ]),
    ],
    [
      'another revision',
      () =>
        whole([
          ['magic', LAYOUT.kSegmentMagic],
          ['revision', 999],
        ]),
    ],
  ])('%s: the engine makes its own, a waiting plugin finds it', async (_, make) => {
    make();
    const host = world.startHost('a', { mode: 'receive', seconds: 60 });
    await host.shows('blocks', ({ frames }) => frames > 0);
    expect(host.progress?.status).not.toBe('connected');
    const { process, watch } = await world.startEngine('a');
    await until('the plugin', () => watch.activeSlots().length === 1);
    expectOnTime(await host.finish('stop'));
    expect(await process.end('SIGTERM')).toBe(0);
    expect(existsSync(path())).toBe(false);
  });
});

describe('wrong input is said in plain words', () => {
  it('a broken configuration: every mistake with its line and column', async () => {
    const file = world.file(
      'broken.jsonc',
      '{\n  "session": "x",\n  "ttl": 1000,\n  "limits": { "peerMax": 3 }\n}\n',
    );
    const engine = await world.command('engine', '--config', file);
    expect(engine.exitCode).toBe(2);
    expect(engine.stderr).toContain(
      `${file}:3:10: "ttl": 1000 does not fit; allowed: a whole number 0 to 255`,
    );
    expect(engine.stderr).toContain(`${file}:4:15: unknown key "limits.peerMax"; did you mean "peersMax"?`);
    const torn = world.file('torn.jsonc', '{\n  "session": "x"\n  "ttl": 1\n');
    const second = await world.command('engine', '--config', torn);
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain(`${torn}:3:3: a "," is expected here`);
    const missing = await world.command('engine', '--config', world.file('nowhere.jsonc'));
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('nowhere.jsonc');
  });

  it('an interface that does not exist, with those that do', async () => {
    const engine = await world.command(
      'engine',
      '--interface',
      'nic77',
      '--segment',
      `${world.segmentPrefix}z`,
    );
    expect(engine.exitCode).toBe(1);
    expect(engine.stderr).toMatch(/there is no interface "nic77"; there are: lo \(127\.0\.0\.1\)/);
  });

  it('a second engine on one segment, with the process of the first', async () => {
    const first = await world.startEngine('a');
    const second = world.launchEngine('a');
    expect(await second.process.exited).toBe(1);
    expect(second.process.stderr).toContain(`another engine (process ${first.process.pid}) already runs`);
    expect(first.watch.read()?.engine.pid).toBe(first.process.pid);
  });

  it.each(['clap', 'vst3'] as const)('a missing, a wrong and a torn .%s', async (format) => {
    const torn = world.file(
      `torn.${format}`,
      Uint8Array.from({ length: 3000 }, (_, i) => i),
    );
    for (const [path, message] of [
      [`/nonexistent/x.${format}`, `no plugin at /nonexistent/x.${format}`],
      [torn, `can't load ${torn}`],
    ]) {
      const host = world.run(HOST, ['--plugin', path, '--seconds', '1']);
      expect(await host.exited).toBe(1);
      expect(host.stderr).toContain(message);
      expect(host.stdout).toBe('');
    }
  });

  it('a WAV file of the wrong rate, one that is none, one that is cut off, and wrong use', async () => {
    const run = async (...args: string[]) => {
      const host = world.run(HOST, [
        '--plugin',
        PLUGINS.clap,
        '--segment',
        `${world.segmentPrefix}z`,
        ...args,
      ]);
      return { code: await host.exited, said: host.stderr };
    };
    const wav = writeWav(numberedSignal(4410, 1, 44_100));
    const slow = world.file('slow.wav', wav);
    const wrongRate = await run('--in', slow, '--rate', '48000');
    expect(wrongRate).toMatchObject({ code: 1 });
    expect(wrongRate.said).toContain(`${slow} has a sample rate of 44100 Hz, but --rate is 48000 Hz`);
    const none = await run('--in', world.file('none.wav', 'RIFF this is not'));
    expect(none).toMatchObject({ code: 1 });
    expect(none.said).toMatch(/none\.wav: .*WAV/);
    const headless = await run('--in', world.file('cut.wav', wav.slice(0, 30)));
    expect(headless).toMatchObject({ code: 1 });
    expect(headless.said).toContain('cut.wav');
    expect(await run('--in', slow, '--block', '0')).toMatchObject({ code: 2 });
    expect(await run('--seconds', '1', '--set', 'mode=loud')).toMatchObject({ code: 2 });
    expect(await run()).toMatchObject({ code: 2 });
  });

  it('the address of another machine', async () => {
    const engine = world.launchEngine('y', { ...LOOPBACK, address: '198.51.100.7' });
    expect(await engine.process.exited).toBe(1);
    expect(engine.process.stderr).toContain('198.51.100.7');
  });
});
