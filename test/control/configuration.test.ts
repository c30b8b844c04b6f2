import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  configurationToJson,
  mergeConfiguration,
  parseConfigurationOptions,
} from '../../engine/control/configuration.js';
import { parseConfiguration } from '../../engine/control/configuration-parse.js';
import { problemText } from '../../engine/control/configuration-problem.js';
import {
  type Configuration,
  DEFAULTS,
  MIDI_OPTIONS,
  OPTIONS,
  type Option,
} from '../../engine/control/configuration-table.js';
import { valueProblem } from '../../engine/control/configuration-value.js';

const SOURCE = 'jam.jsonc';
const messages = (text: string) => parseConfiguration(text, SOURCE).problems.map(problemText);

function valid(option: Option): fc.Arbitrary<unknown> {
  switch (option.type) {
    case 'whole number':
      return fc.integer({ min: option.min, max: option.max });
    case 'number':
      return fc.double({ min: option.min, max: option.max, noNaN: true }).map((x) => (x === 0 ? 0 : x));
    case 'choice':
      return fc.constantFrom(...option.choices);
    case 'switch':
      return fc.boolean();
    case 'text':
      if (option.key === 'group') return fc.ipV4().map((a) => a.replace(/^\d+/, '239'));
      return fc
        .string({ unit: option.key === 'session' ? 'grapheme' : 'grapheme-ascii', maxLength: 16 })
        .filter((s) => valueProblem(option, s) === '');
  }
}
const routes = fc.array(
  fc.record(
    Object.fromEntries(MIDI_OPTIONS.map((o) => [o.key, valid(o)])) as Record<string, fc.Arbitrary<unknown>>,
  ),
  { maxLength: 4 },
);
const given = fc.record(
  { ...Object.fromEntries(OPTIONS.map((option) => [option.key, valid(option)])), midi: routes },
  { requiredKeys: [] },
) as unknown as fc.Arbitrary<Partial<Configuration>>;

describe('the table', () => {
  test('its own defaults fit', () => {
    for (const option of OPTIONS)
      expect(`${option.key}: ${valueProblem(option, option.fallback)}`).toBe(`${option.key}: `);
  });
  test('no key is the beginning of another', () => {
    for (const a of OPTIONS) for (const b of OPTIONS) expect(b.key.startsWith(`${a.key}.`)).toBe(false);
  });
});

describe('properties', () => {
  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void messages(text)));
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"midi"',
      '"port"',
      '1',
      'null',
      '//',
      '/*',
      '"',
      '\\',
      '\n',
    );
    fc.assert(fc.property(fc.array(token, { maxLength: 60 }), (tokens) => void messages(tokens.join(''))));
    fc.assert(fc.property(fc.json(), (text) => void messages(text)));
  });

  test('every valid configuration parses to itself', () => {
    fc.assert(
      fc.property(given, (partial) => {
        const parsed = parseConfiguration(JSON.stringify(configurationToJson(partial), null, 2), SOURCE);
        expect(parsed.problems).toEqual([]);
        expect(parsed.given).toEqual(partial);
      }),
    );
  });

  test('the same values on the command line mean the same', () => {
    fc.assert(
      fc.property(given, (partial) => {
        const options = new Map<string, string[]>();
        for (const [key, value] of Object.entries(partial)) {
          options.set(key, [typeof value === 'object' ? JSON.stringify(value) : String(value)]);
        }
        const parsed = parseConfigurationOptions(options);
        expect(parsed.problems).toEqual([]);
        expect(parsed.given).toEqual(partial);
      }),
    );
  });

  test('a value out of range is reported where it stands, and nothing else is', () => {
    const numbers = OPTIONS.filter((o) => o.type === 'whole number' || o.type === 'number');
    fc.assert(
      fc.property(given, fc.constantFrom(...numbers), fc.nat(1e6), (partial, option, excess) => {
        const broken = { ...partial, [option.key]: option.max + 1 + excess };
        const text = JSON.stringify(configurationToJson(broken as Partial<Configuration>), null, 2);
        const { problems } = parseConfiguration(text, SOURCE);
        expect(problems).toHaveLength(1);
        const [problem] = problems;
        expect(problem.message).toContain(`"${option.key}"`);
        const rest = text.split('\n')[problem.line - 1].slice(problem.column - 1);
        expect(rest.startsWith(String(option.max + 1 + excess))).toBe(true);
      }),
    );
  });

  test('a text cut anywhere is reported inside the text', () => {
    const text = JSON.stringify({ session: 'a', redundancy: { midi: { copies: 5 } }, midi: [] }, null, 2);
    for (let length = 1; length < text.length; length++) {
      const { problems } = parseConfiguration(text.slice(0, length), SOURCE);
      expect(problems.length).toBeGreaterThan(0);
      for (const { line } of problems)
        expect(line).toBeLessThanOrEqual(text.slice(0, length).split('\n').length);
    }
  });
});

describe('messages', () => {
  test('comments, trailing commas and a byte-order mark are fine', () => {
    const text = '\uFEFF{ // studio\n "session": "x", /* y */ "midi": [ ], }';
    expect(parseConfiguration(text, SOURCE)).toEqual({ given: { session: 'x', midi: [] }, problems: [] });
    expect(messages('')).toEqual([]);
  });

  test('all mistakes at once, each with its place', () => {
    const text = `{
  "sesion": "jam",
  "port": 70000,
  "redundancy": { "midi": { "copies": 0, "copie": 3 } },
  "copies": 4,
  "midi": [ { "port": "Keys", "direction": "inn", "chanel": 1 }, 7 ],
  "port": 7777
}`;
    expect(messages(text)).toEqual([
      'jam.jsonc:2:3: unknown key "sesion"; did you mean "session"?',
      'jam.jsonc:3:11: "port": 70000 does not fit; allowed: a whole number 1 to 65535',
      'jam.jsonc:4:39: "redundancy.midi.copies": 0 does not fit; allowed: a whole number 1 to 16 copies',
      'jam.jsonc:4:42: unknown key "redundancy.midi.copie"; did you mean "copies"?',
      'jam.jsonc:5:3: unknown key "copies"; did you mean "redundancy.audio.copies" or "redundancy.midi.copies"?',
      'jam.jsonc:6:13: "midi[0]" lacks "channel"',
      'jam.jsonc:6:44: "midi[0].direction": "inn" does not fit; allowed: "in", "out", "both"',
      'jam.jsonc:6:51: unknown key "midi[0].chanel"; did you mean "channel"?',
      'jam.jsonc:6:66: "midi[1]" is an object { "port", "direction", "channel" }',
      'jam.jsonc:7:3: "port" is given twice; the first stands in line 3, column 3',
    ]);
  });

  test('broken JSON is said in plain words', () => {
    expect(messages('{ "session" "x" }')).toEqual([
      'jam.jsonc:1:13: a ":" is expected between key and value',
    ]);
    expect(messages('[1]')).toEqual([
      'jam.jsonc:1:1: the configuration is an object { ... } of keys and values',
    ]);
    expect(messages('['.repeat(100_000))[0]).toBe('jam.jsonc:1:33: nested more than 32 deep');
  });

  test('the command line names the option', () => {
    const { problems } = parseConfigurationOptions(
      new Map([
        ['port', ['x']],
        ['midi', ['{"port":"a","direction":"in","channel":65}']],
      ]),
    );
    expect(problems.map(problemText)).toEqual([
      '--port: "x" does not fit; allowed: a whole number 1 to 65535',
      '--midi:1:40: "midi[0].channel": 65 does not fit; allowed: a whole number 1 to 64',
    ]);
  });
});

test('later sources win, what they leave out stays', () => {
  const merged = mergeConfiguration({ session: 'file', port: 9000 }, { session: 'line' });
  expect(merged.session).toBe('line');
  expect(merged.port).toBe(9000);
  expect(merged.group).toBe(DEFAULTS.group);
});
