import { describe, expect, test } from 'vitest';
import { readArguments } from '../../bench/arguments.js';
import type { Bench } from '../../bench/bench.js';

const bench = (name: string, options: Record<string, string> = {}): Bench => ({
  ...{ name, summary: '', options, choices: { colour: { values: ['red', 'blue'], help: '' } } },
  ...{ flags: name === 'rich' ? { draw: 'a picture' } : {} },
  run: async () => [],
});
const BENCHES = [bench('plain'), bench('rich', { runs: 'how often', seconds: 'how long' })];
const read = (...args: string[]) => readArguments(args, BENCHES);

describe('the command line', () => {
  test("a benchmark's own numbers, before and after its name", () => {
    const asked = { names: ['rich'], flags: ['--json'], numbers: { runs: 3, seconds: 20 }, choices: {} };
    expect(read('rich', '--json', '--runs', '3', '--seconds', '20')).toEqual(asked);
    expect(read('--runs', '3', '--seconds', '20', 'rich', '--json')).toEqual(asked);
  });

  test("a benchmark's own flags", () => {
    expect(read('rich', '--draw')).toEqual({ names: ['rich'], flags: ['--draw'], numbers: {}, choices: {} });
    expect(read('--draw', 'rich', '--quick').flags).toEqual(['--draw', '--quick']);
    expect(read('plain', '--draw').strange).toBe('--draw');
  });

  test("a benchmark's own choices", () => {
    expect(read('rich', '--colour', 'blue')).toMatchObject({ names: ['rich'], choices: { colour: 'blue' } });
    expect(read('--colour', 'red', 'plain')).toMatchObject({ names: ['plain'], choices: { colour: 'red' } });
    expect(read('plain', '--colour', 'green').strange).toBe('--colour');
  });

  test.each([
    ['a number that is none', ['rich', '--runs', 'many'], '--runs'],
    ['no number', ['rich', '--runs'], '--runs'],
    ['zero', ['rich', '--runs', '0'], '--runs'],
    ['half a run', ['rich', '--runs', '1.5'], '--runs'],
    ["another benchmark's option", ['plain', '--runs', '3'], '--runs'],
    ['an unknown flag', ['plain', '--fast'], '--fast'],
  ])('%s is strange', (_, args, strange) => {
    expect(read(...args).strange).toBe(strange);
  });
});
