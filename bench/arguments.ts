// The command line of the benchmarks: a name, flags, and the options of the benchmark that is named.
import type { Bench } from './bench.js';

const FLAGS = ['--json', '--quick', '--help', '-h'];

export interface Asked {
  readonly names: readonly string[];
  readonly flags: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
  readonly choices: Readonly<Record<string, string>>;
  /** The first thing that is not understood. */
  readonly strange?: string;
}

export function readArguments(args: readonly string[], benches: readonly Bench[]): Asked {
  const has = (bench: Bench | undefined, option: string | undefined): boolean =>
    option?.startsWith('--') === true && Object.hasOwn(bench?.options ?? {}, option.slice(2));
  const valuesOf = (bench: Bench | undefined, option: string | undefined): readonly string[] =>
    option?.startsWith('--') === true && Object.hasOwn(bench?.choices ?? {}, option.slice(2))
      ? (bench?.choices?.[option.slice(2)].values ?? [])
      : [];
  const isValue = (at: number) =>
    benches.some((bench) => has(bench, args[at - 1]) || valuesOf(bench, args[at - 1]).includes(args[at]));
  const names = args.filter((arg, at) => !arg.startsWith('-') && !isValue(at));
  const named = benches.find(({ name }) => name === names[0]);
  const flags: string[] = [];
  const numbers: Record<string, number> = {};
  const choices: Record<string, string> = {};
  for (let at = 0; at < args.length; at++) {
    const [arg, value] = [args[at], Number(args[at + 1])];
    if (has(named, arg) && Number.isSafeInteger(value) && value > 0) {
      numbers[arg.slice(2)] = value;
      at++;
    } else if (valuesOf(named, arg).includes(args[at + 1])) {
      choices[arg.slice(2)] = args[at + 1];
      at++;
    } else if (FLAGS.includes(arg)) flags.push(arg);
    else if (arg.startsWith('--') && Object.hasOwn(named?.flags ?? {}, arg.slice(2))) flags.push(arg);
    else if (!names.includes(arg)) return { names, flags, numbers, choices, strange: arg };
  }
  return { names, flags, numbers, choices };
}
