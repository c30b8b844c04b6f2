// Impairment profiles: those that come along are sound, every key arrives where it belongs, mistakes are told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { helpOfRelay, readArguments } from '../../engine/cli/relay-options.js';
import { problemText } from '../../engine/control/configuration-problem.js';
import { valueProblem } from '../../engine/control/configuration-value.js';
import { Impairment, NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { PROFILE_NAMES, type Profile, parseProfile, readProfile } from '../../engine/impairment/profile.js';
import { PARTITION_OPTIONS, PROFILE_OPTIONS } from '../../engine/impairment/profile-table.js';

const parsed = (text: string): Profile => {
  const profile = parseProfile(text, 'line.jsonc');
  if (Array.isArray(profile)) throw new Error(profile.map(problemText).join('\n'));
  return profile as Profile;
};
const messages = (text: string): string[] => {
  const profile = parseProfile(text, 'line.jsonc');
  return Array.isArray(profile) ? profile.map(problemText) : [];
};

const folder = mkdtempSync(join(tmpdir(), 'jambridge-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SIDES = ['--from', '127.0.0.1:7001', '--to', '127.0.0.1:7002'];
const impairmentOf = (...args: string[]) => readArguments([...SIDES, ...args]).options.impairment;

describe('profiles', () => {
  it.each(PROFILE_NAMES)('%s is one that the model takes', (name) => {
    const profile = readProfile(name);
    expect(Array.isArray(profile)).toBe(false);
    const { options } = new Impairment({ ...(profile as Profile), seed: 1 });
    expect(options.lossOther).toBeGreaterThan(0);
    expect(options.burstPackets + options.burstMs).toBeGreaterThan(0);
  });

  it('the defaults of the table fit it, and are no impairment at all', () => {
    for (const option of [...PROFILE_OPTIONS, ...PARTITION_OPTIONS])
      expect(`${option.key} ${valueProblem(option, option.fallback)}`).toBe(`${option.key} `);
    const { seed: _seed, ...nothing } = NO_IMPAIRMENT;
    expect(parsed('{}')).toMatchObject(nothing);
  });

  it('every key arrives where it belongs', () => {
    const text = `{
      "loss": { "percent": 10, "midiPercent": 20, "burstMs": 7, "insideBurstPercent": 90 },
      "duplicate": { "percent": 1 }, "reorder": { "percent": 2, "holdMs": 9 },
      "corrupt": { "percent": 3, "bits": 2 }, // comments and trailing commas are fine
      "delay": { "ms": 4, "jitterMs": 5, "jitterShape": "pareto", "inOrder": true, },
      "partitions": [{ "fromMs": 1, "toMs": 2 }, { "fromMs": 3, "toMs": 4, "everyMs": 10 }],
    }`;
    expect(parsed(text)).toMatchObject({
      ...{ lossOther: 0.1, lossAudio: 0.1, lossMidi: 0.2, burstMs: 7, burstPackets: 0, lossInBurst: 0.9 },
      ...{ duplicate: 0.01, reorder: 0.02, reorderHoldMs: 9, corrupt: 0.03, corruptBits: 2 },
      ...{ delayMs: 4, jitterMs: 5, jitterShape: 'pareto', inOrder: true },
      partitions: [
        { fromMs: 1, toMs: 2, everyMs: 0 },
        { fromMs: 3, toMs: 4, everyMs: 10 },
      ],
    });
    expect(parsed('{ "loss": { "percent": 30, "audioPercent": 0 } }')).toMatchObject({
      lossAudio: 0,
      lossMidi: 0.3,
    });
  });

  it.each([
    ['{ "los": {} }', '1:3: unknown key "los"; did you mean "loss"?'],
    ['{\n  "loss": { "percentage": 3 }\n}', '2:13: unknown key "loss.percentage"; did you mean "percent"?'],
    [
      '{ "loss": { "percent": 101 } }',
      '1:24: "loss.percent": 101 does not fit; allowed: a number 0 to 100 %',
    ],
    ['{ "delay": { "jitterShape": "flat" } }', '1:29: "delay.jitterShape": "flat" does not fit'],
    ['{ "loss": 5 }', '1:11: "loss" is an object'],
    ['[]', '1:1: a profile is an object'],
    ['', '1:1: a profile is an object'],
    ['{ "partitions": {} }', '1:17: "partitions" is a list'],
    ['{ "partitions": [{ "fromMs": 1 }] }', '1:18: "partitions[0]" lacks "toMs"'],
    ['{ "partitions": [{ "fromMs": 5, "toMs": 5 }] }', '"toMs" comes after "fromMs"'],
    [
      '{ "partitions": [{ "fromMs": 0, "toMs": 5, "everyMs": 4 }] }',
      '"everyMs" is longer than it lasts, 5 ms',
    ],
    ['{ "loss": { "percent": 66, "burstPackets": 1 } }', '1:44: at 66 % loss, bursts are 1.94 packets long'],
    ['{ "loss": { "percent": 5, "burstPackets": 3, "burstMs": 2 } }', 'not in both'],
  ])('%s', (text, expected) => {
    expect(messages(text).join('\n')).toContain(expected);
  });

  it('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void messages(text)));
    const keys = fc.constantFrom('loss', 'percent', 'delay', 'partitions', 'fromMs', '__proto__', 'burstMs');
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        ...[fc.integer(), fc.constant(null), fc.string()],
        ...[fc.dictionary(keys, tie('node'), { maxKeys: 4 }), fc.array(tie('node'), { maxLength: 3 })],
      ),
    })).node;
    fc.assert(fc.property(tree, (value) => void messages(JSON.stringify(value))));
  });
});

describe('the relay with a profile', () => {
  it('explains every key', () => {
    const help = helpOfRelay();
    for (const { key, doc } of PROFILE_OPTIONS) {
      expect(help).toContain(`  ${key} `);
      expect(help.replace(/\s+/g, ' ')).toContain(doc);
    }
    for (const { key } of PARTITION_OPTIONS) expect(help).toContain(`partitions[].${key}`);
  });

  it('takes a name or a file; what is given on the command line goes before it', () => {
    expect(impairmentOf('--profile', 'wifi')).toMatchObject({ lossAudio: 0.02, burstMs: 8, seed: 1 });
    const path = join(folder, 'own.jsonc');
    writeFileSync(
      path,
      '{ "loss": { "percent": 10, "midiPercent": 20, "burstMs": 7 }, "delay": { "ms": 3 } }',
    );
    expect(impairmentOf('--profile', path, '--seed', '9', '--delay-ms', '1')).toMatchObject({
      ...{ seed: 9, lossAudio: 0.1, lossMidi: 0.2, burstMs: 7, delayMs: 1 },
    });
    expect(impairmentOf('--profile', path, '--loss', '5', '--burst-packets', '4')).toMatchObject({
      ...{ lossAudio: 0.05, lossMidi: 0.05, lossOther: 0.05, burstMs: 0, burstPackets: 4 },
    });
    expect(impairmentOf('--profile', path, '--loss-midi', '1')).toMatchObject({
      lossAudio: 0.1,
      lossMidi: 0.01,
    });
  });

  it('says what is wrong', () => {
    const path = join(folder, 'wrong.jsonc');
    writeFileSync(path, '{\n  "loss": { "percent": -1 }\n}');
    expect(() => impairmentOf('--profile', path)).toThrow(`${path}:2:24: "loss.percent": -1 does not fit`);
    expect(() => impairmentOf('--profile', 'wi-fi')).toThrow(
      'no such file, and no profile (wifi, congested, extreme)',
    );
    expect(() => impairmentOf('--profile', folder)).toThrow(folder);
    expect(() => impairmentOf('--loss', '66', '--burst-packets', '1')).toThrow('1.94 packets long at least');
    expect(() => impairmentOf('--replay', path)).toThrow(`${path}:1:1: a trace begins`);
    expect(() => impairmentOf('--replay', path, '--loss', '3')).toThrow(
      '--replay says all: not together with --loss',
    );
    expect(() => impairmentOf('--replay', join(folder, 'none'))).toThrow('no such file');
    expect(() => impairmentOf('--jitter-shape', 'flat')).toThrow('uniform or exponential or pareto');
  });
});
