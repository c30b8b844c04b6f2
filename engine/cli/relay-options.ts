// What `jambridge relay` is asked for on its command line.
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { listInterfaces } from '../../bridge/index.js';
import { type Problem, problemText } from '../control/configuration-problem.js';
import { helpRows, optionDoc } from '../control/configuration-text.js';
import { type ImpairmentOptions, impossible, NO_IMPAIRMENT } from '../impairment/impairment.js';
import { JITTER_SHAPES, type JitterShape } from '../impairment/jitter.js';
import { type Profile, readProfile } from '../impairment/profile.js';
import { PARTITION_OPTIONS, PROFILE_OPTIONS } from '../impairment/profile-table.js';
import type { RelayOptions, RelaySide } from '../impairment/relay.js';
import { parseTrace, type Trace } from '../impairment/trace.js';
import { numberOption, UsageError } from './number-option.js';

export const USAGE = `usage: jambridge relay --from INTERFACE|ADDRESS[:PORT] --to INTERFACE|ADDRESS[:PORT] [options]
  --profile wifi|congested|extreme|FILE   a line as a file describes it; what is given below goes before it.
                      The files, with every key explained, are in engine/impairment/profiles
  --loss P            loss in percent, of every type of packet
  --loss-audio P      of AUDIO and REPAIR packets   --loss-midi P   of MIDI packets
  --burst-packets N   mean length of a loss burst   --burst-ms D    the same in milliseconds
  --duplicate P       percent that arrive twice     --reorder P     percent held back, overtaken
  --corrupt P         percent with inverted bits
  --delay-ms D        --jitter-ms J                 --jitter-shape uniform|exponential|pareto
  --seed N            the same seed, the same packets lost (default 1)
  --record FILE       writes what became of each packet
  --replay FILE       does what such a file says, instead of all above
  --group ADDRESS     multicast group (default 239.255.77.77)     --ttl N  (default 1)
  --seconds N         stop by itself                --json          the counts as one JSON object
On one interface the two sides must differ by port. Runs until SIGINT or SIGTERM.`;

/** With every key of a profile. */
export function helpOfRelay(): string {
  const rows = (options: typeof PROFILE_OPTIONS, prefix = '') =>
    options.map((option) => [prefix + option.key, optionDoc(option)] as const);
  const keys = [...rows(PROFILE_OPTIONS), ...rows(PARTITION_OPTIONS, 'partitions[].')];
  return `${USAGE}\n\nprofile, JSON with comments; "a.b" is { "a": { "b": ... } }:\n${helpRows(keys)}\n`;
}

const DEFAULT_PORT = 7777;
const TRACE_BYTES_MAX = 512 * 1024 * 1024;

export interface Asked {
  readonly help: boolean;
  readonly json: boolean;
  readonly seconds: number;
  readonly options: RelayOptions;
  readonly record: string | undefined;
  readonly replay: Trace | undefined;
}

const text = { type: 'string' } as const;
const IMPAIRMENT = {
  ...{ profile: text, seed: text, loss: text, 'loss-audio': text, 'loss-midi': text },
  ...{ 'burst-packets': text, 'burst-ms': text, duplicate: text, reorder: text, corrupt: text },
  ...{ 'delay-ms': text, 'jitter-ms': text, 'jitter-shape': text },
};
type Given = Partial<Record<keyof typeof IMPAIRMENT, string>>;

/** Throws a UsageError with words for the user. [control-thread] */
export function readArguments(args: string[]): Asked {
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      ...IMPAIRMENT,
      ...{ from: text, to: text, group: text, ttl: text, seconds: text, record: text, replay: text },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return HELP;
  if (values.from === undefined || values.to === undefined)
    throw new UsageError('--from and --to are needed');
  const from = readSide('--from', values.from);
  const to = readSide('--to', values.to);
  if (from.address === to.address && from.port === to.port) {
    throw new UsageError('--from and --to are the same: give them different ports');
  }
  const extra = Object.keys(IMPAIRMENT).find((name) => values[name as keyof Given] !== undefined);
  if (values.replay !== undefined && extra !== undefined)
    throw new UsageError(`--replay says all: not together with --${extra}`);
  const impairment = readImpairment(values);
  const ttl = numberOption('--ttl', values.ttl, { min: 0, max: 255, fallback: 1 });
  const loop = from.address === to.address || isLoopback(from) || isLoopback(to);
  const seconds = numberOption('--seconds', values.seconds, {
    min: 0,
    max: 1e9,
    fallback: Number.POSITIVE_INFINITY,
  });
  return {
    ...{ help: false, json: values.json ?? false, seconds },
    options: { from, to, group: values.group ?? '239.255.77.77', ttl, loop, impairment },
    record: values.record,
    replay: values.replay === undefined ? undefined : readTrace(values.replay),
  };
}

const HELP: Asked = {
  ...{ help: true, json: false, seconds: 0, options: {} as RelayOptions },
  ...{ record: undefined, replay: undefined },
};

function readImpairment(values: Given): ImpairmentOptions {
  const profile: Profile = values.profile === undefined ? NO_IMPAIRMENT : profileOf(values.profile);
  const share = (name: keyof Given, fallback: number) =>
    numberOption(`--${name}`, values[name], { min: 0, max: 100, fallback: fallback * 100 }) / 100;
  const number = (name: keyof Given, max: number, fallback: number) =>
    numberOption(`--${name}`, values[name], { min: 0, max, fallback });
  const loss = share('loss', profile.lossOther);
  const ofAll = values.loss === undefined ? profile : { lossAudio: loss, lossMidi: loss };
  const jitterShape = values['jitter-shape'] ?? profile.jitterShape;
  if (!(JITTER_SHAPES as readonly string[]).includes(jitterShape))
    throw new UsageError(`--jitter-shape is ${JITTER_SHAPES.join(' or ')}, not '${jitterShape}'`);
  const burstAsked = values['burst-packets'] !== undefined || values['burst-ms'] !== undefined;
  const impairment = {
    ...profile,
    seed: number('seed', 2 ** 32 - 1, 1),
    lossOther: loss,
    lossAudio: share('loss-audio', ofAll.lossAudio),
    lossMidi: share('loss-midi', ofAll.lossMidi),
    burstPackets: number('burst-packets', 10_000, burstAsked ? 0 : profile.burstPackets),
    burstMs: number('burst-ms', 60_000, burstAsked ? 0 : profile.burstMs),
    duplicate: share('duplicate', profile.duplicate),
    reorder: share('reorder', profile.reorder),
    corrupt: share('corrupt', profile.corrupt),
    delayMs: number('delay-ms', 60_000, profile.delayMs),
    jitterMs: number('jitter-ms', 60_000, profile.jitterMs),
    jitterShape: jitterShape as JitterShape,
  };
  const problem = impossible(impairment);
  if (problem !== '') throw new UsageError(problem);
  return impairment;
}

function profileOf(nameOrPath: string): Profile {
  const read = readProfile(nameOrPath);
  if (isProfile(read)) return read;
  throw new UsageError(read.map(problemText).join('\n'));
}

const isProfile = (read: Profile | readonly Problem[]): read is Profile => !Array.isArray(read);

function readTrace(path: string): Trace {
  let content = '';
  try {
    if (statSync(path).size > TRACE_BYTES_MAX) throw new Error(`longer than ${TRACE_BYTES_MAX} bytes`);
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--replay ${path}: ${(error as Error).message}`);
  }
  const trace = parseTrace(content, path);
  if ('packets' in trace) return trace;
  throw new UsageError(problemText(trace));
}

function readSide(option: string, given: string): RelaySide {
  const [place, portText, more] = given.split(':');
  const port = numberOption(`${option} port`, portText, { min: 1, max: 65_535, fallback: DEFAULT_PORT });
  if (more !== undefined || place === '')
    throw new UsageError(`${option}: '${given}' is not INTERFACE|ADDRESS[:PORT]`);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(place)) return { address: place, port };
  const found = listInterfaces().find((candidate) => candidate.name === place);
  if (found === undefined) throw new UsageError(`${option}: there is no interface '${place}'`);
  return { address: found.address, port };
}

function isLoopback(side: RelaySide): boolean {
  return side.address.startsWith('127.');
}
