// The command line, strictly: an unknown option, a missing value, a word too many is wrong use.
import { nearestName } from '../control/nearest-name.js';
import { UsageError } from './number-option.js';

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** Shown in help, e.g. "FILE"; an option without it is a switch. */
  readonly value?: string;
  readonly repeat?: boolean;
  readonly doc: string;
}

export interface ParsedOptions {
  /** Values by option; a switch that is given has the list [""]. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
}

export const HELP: OptionSpec = { name: 'help', doc: 'this text' };
export const JSON_OPTION: OptionSpec = { name: 'json', doc: 'one JSON object on standard output' };
export const SEGMENT: OptionSpec = {
  name: 'segment',
  value: 'NAME',
  doc: 'the shared segment of that name, when one user runs several engines',
};

/** Accepts `--name value` and `--name=value`. Throws UsageError. [control-thread] */
export function parseOptions(
  args: readonly string[],
  specs: readonly OptionSpec[],
  wordsMax = 0,
): ParsedOptions {
  const options = new Map<string, string[]>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] === '-h' ? '--help' : args[i];
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const spec = arg.startsWith('--') ? specs.find((one) => one.name === name) : undefined;
    if (!spec) throw new UsageError(unknownText(equals < 0 ? arg : arg.slice(0, equals), specs));
    const given = options.get(name) ?? [];
    if (given.length > 0 && !spec.repeat) throw new UsageError(`--${name} is given twice`);
    if (spec.value === undefined && equals >= 0) throw new UsageError(`--${name} takes no value`);
    options.set(name, [
      ...given,
      optionValue(spec, equals < 0 ? undefined : arg.slice(equals + 1), args[i + 1]),
    ]);
    if (spec.value !== undefined && equals < 0) i++;
  }
  if (words.length > wordsMax) throw new UsageError(`unexpected word "${words[wordsMax]}"`);
  return { options, words };
}

function optionValue(spec: OptionSpec, attached: string | undefined, next: string | undefined): string {
  if (spec.value === undefined) return '';
  if (attached !== undefined) return attached;
  if (next === undefined || next.startsWith('--')) throw new UsageError(`--${spec.name} needs ${spec.value}`);
  return next;
}

function unknownText(arg: string, specs: readonly OptionSpec[]): string {
  const near = nearestName(
    arg.replace(/^-+/, ''),
    specs.map(({ name }) => name),
  );
  return `unknown option ${arg}${near ? `; did you mean --${near}?` : ''}`;
}

/** Rows for helpRows(). */
export function optionRows(specs: readonly OptionSpec[]): [string, string][] {
  return specs.map(({ name, value, doc }) => [`--${name}${value ? ` ${value}` : ''}`, doc]);
}

/** Runs a command's body; wrong use is said with a hint and becomes exit code 2. */
export async function guarded(command: string, body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`jambridge ${command}: ${error.message}\ntry: jambridge ${command} --help\n`);
    return 2;
  }
}
