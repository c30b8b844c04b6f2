// jambridge midi list: the MIDI ports that the configuration's list `midi` can name.
import { NativeMidiSystem } from '../control/midi-system-native.js';
import { helpText } from './help-text.js';
import { UsageError } from './number-option.js';
import { guarded, HELP, JSON_OPTION, optionRows, parseOptions } from './options.js';

const USAGE = helpText(
  'midi list [--json]',
  'Lists the MIDI ports of this machine.',
  optionRows([JSON_OPTION, HELP]),
);

/** A machine without a MIDI system has no ports: that is an answer, too. [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('midi', async () => {
    const { options, words } = parseOptions(args, [JSON_OPTION, HELP], 1);
    if (options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (words[0] !== 'list') {
      throw new UsageError(words[0] ? `unknown word "${words[0]}"; known: list` : 'say "midi list"');
    }
    return list(options.has('json'));
  });
}

function list(json: boolean): number {
  const system = new NativeMidiSystem();
  const { inputs, outputs } = system.list();
  const { unavailable } = system;
  system.close();
  if (json) process.stdout.write(`${JSON.stringify({ inputs, outputs, unavailable })}\n`);
  else process.stdout.write(`${rows('inputs', inputs)}${rows('outputs', outputs)}`);
  if (unavailable) process.stderr.write(`jambridge: ${unavailable}\n`);
  return 0;
}

function rows(title: string, names: readonly string[]): string {
  return `${title}:\n${names.length > 0 ? names.map((name) => `  ${name}\n`).join('') : '  none\n'}`;
}
