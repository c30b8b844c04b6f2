import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../engine/cli/number-option.js';
import { type OptionSpec, parseOptions } from '../../engine/cli/options.js';

const SPECS: readonly OptionSpec[] = [
  { name: 'json', doc: '' },
  { name: 'port', value: 'N', doc: '' },
  { name: 'midi', value: 'JSON', repeat: true, doc: '' },
  { name: 'help', doc: '' },
];
const parse = (args: string[], wordsMax = 0) => parseOptions(args, SPECS, wordsMax);
const message = (args: string[]) => {
  try {
    parse(args);
    return '';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};

describe('the command line', () => {
  test('values after a blank or an equals sign, switches, repeats, words', () => {
    const { options, words } = parse(['list', '--port=-1', '--midi', '{}', '--json', '--midi=[]', '-h'], 1);
    expect(Object.fromEntries(options)).toEqual({ port: ['-1'], midi: ['{}', '[]'], json: [''], help: [''] });
    expect(words).toEqual(['list']);
  });

  test('what is wrong is said', () => {
    expect(message(['--prot', '1'])).toBe('unknown option --prot; did you mean --port?');
    expect(message(['-x'])).toBe('unknown option -x');
    expect(message(['--prt=1'])).toBe('unknown option --prt; did you mean --port?');
    expect(message(['--port'])).toBe('--port needs N');
    expect(message(['--port', '--json'])).toBe('--port needs N');
    expect(message(['--json=yes'])).toBe('--json takes no value');
    expect(message(['--port', '1', '--port', '2'])).toBe('--port is given twice');
    expect(message(['word'])).toBe('unexpected word "word"');
  });

  test('no arguments make it throw anything but UsageError', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-', '--json', '--port', '--=', '--__proto__', '=', '--port='),
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (args) => void message(args)));
  });
});
