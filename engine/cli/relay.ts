// jambridge relay: joins two networks by a line as bad as you like. For tests, demos, and to hear what a
// session would sound like over a network you do not have.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { listInterfaces, requestRealtime } from '../../bridge/index.js';
import { NO_IMPAIRMENT } from '../impairment/impairment.js';
import { Relay, type RelayCounts, type RelayOptions, type RelaySide, runRelay } from '../impairment/relay.js';
import { numberOption, UsageError } from './number-option.js';

const USAGE = `usage: jambridge relay --from INTERFACE|ADDRESS[:PORT] --to INTERFACE|ADDRESS[:PORT] [options]
  --loss P            loss in percent, of every type of packet
  --loss-audio P      of AUDIO and REPAIR packets   --loss-midi P   of MIDI packets
  --duplicate P       percent that arrive twice     --reorder P     percent held back, overtaken
  --delay-ms D        --jitter-ms J                 --jitter-shape uniform|exponential
  --seed N            the same seed, the same packets lost (default 1)
  --group ADDRESS     multicast group (default 239.255.77.77)     --ttl N  (default 1)
  --seconds N         stop by itself                --json          the counts as one JSON object
On one interface the two sides must differ by port. Runs until SIGINT or SIGTERM.`;

const DEFAULT_PORT = 7777;
/** Above engines and hosts: it stands for a network, which does not wait until those who use it are done. */
const REALTIME_PRIORITY = 75;

/** Exit code: 0 done, 1 failed, 2 wrong use. [control-thread] */
export async function run(args: string[]): Promise<number> {
  let asked: Asked;
  try {
    asked = readArguments(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  if (asked.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    const relay = new Relay(asked.options);
    // The collector's helper threads have no real-time priority: this thread must never wait for them.
    for (const pause of ['scavenge', 'compaction', 'pointer-update'])
      setFlagsFromString(`--no-parallel-${pause}`);
    requestRealtime(REALTIME_PRIORITY); // a relay that is late adds jitter nobody asked for; no matter if refused
    process.stderr.write('relaying\n');
    const counts = await relayUntilStopped(relay, asked.seconds);
    process.stdout.write(asked.json ? `${JSON.stringify(counts)}\n` : countsText(counts));
    return 0;
  } catch (error) {
    process.stderr.write(`jambridge relay: ${(error as Error).message}\n`);
    return 1;
  }
}

interface Asked {
  readonly help: boolean;
  readonly json: boolean;
  readonly seconds: number;
  readonly options: RelayOptions;
}

function readArguments(args: string[]): Asked {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      ...{ from: text, to: text, group: text, ttl: text, seed: text, seconds: text, loss: text },
      ...{ 'loss-audio': text, 'loss-midi': text, duplicate: text, reorder: text },
      ...{ 'delay-ms': text, 'jitter-ms': text, 'jitter-shape': text },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return { help: true, json: false, seconds: 0, options: {} as RelayOptions };
  if (values.from === undefined || values.to === undefined)
    throw new UsageError('--from and --to are needed');
  const from = readSide('--from', values.from);
  const to = readSide('--to', values.to);
  if (from.address === to.address && from.port === to.port) {
    throw new UsageError('--from and --to are the same: give them different ports');
  }
  const share = (name: keyof typeof values, fallback: number) =>
    numberOption(`--${name}`, values[name], { min: 0, max: 100, fallback: fallback * 100 }) / 100;
  const jitterShape = values['jitter-shape'] ?? 'uniform';
  if (jitterShape !== 'uniform' && jitterShape !== 'exponential') {
    throw new UsageError(`--jitter-shape is uniform or exponential, not '${jitterShape}'`);
  }
  const lossOther = share('loss', 0);
  const impairment = {
    ...NO_IMPAIRMENT,
    seed: numberOption('--seed', values.seed, { min: 0, max: 2 ** 32 - 1, fallback: 1 }),
    lossOther,
    lossAudio: share('loss-audio', lossOther),
    lossMidi: share('loss-midi', lossOther),
    duplicate: share('duplicate', 0),
    reorder: share('reorder', 0),
    delayMs: numberOption('--delay-ms', values['delay-ms'], { min: 0, max: 60_000, fallback: 0 }),
    jitterMs: numberOption('--jitter-ms', values['jitter-ms'], { min: 0, max: 60_000, fallback: 0 }),
    jitterShape: jitterShape as 'uniform' | 'exponential',
  };
  const ttl = numberOption('--ttl', values.ttl, { min: 0, max: 255, fallback: 1 });
  const loop = from.address === to.address || isLoopback(from) || isLoopback(to);
  const options = { from, to, group: values.group ?? '239.255.77.77', ttl, loop, impairment };
  const seconds = numberOption('--seconds', values.seconds, {
    min: 0,
    max: 1e9,
    fallback: Number.POSITIVE_INFINITY,
  });
  return { help: false, json: values.json ?? false, seconds, options };
}

function readSide(option: string, text: string): RelaySide {
  const [place, portText, more] = text.split(':');
  const port = numberOption(`${option} port`, portText, { min: 1, max: 65_535, fallback: DEFAULT_PORT });
  if (more !== undefined || place === '')
    throw new UsageError(`${option}: '${text}' is not INTERFACE|ADDRESS[:PORT]`);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(place)) return { address: place, port };
  const found = listInterfaces().find((candidate) => candidate.name === place);
  if (found === undefined) throw new UsageError(`${option}: there is no interface '${place}'`);
  return { address: found.address, port };
}

function isLoopback(side: RelaySide): boolean {
  return side.address.startsWith('127.');
}

async function relayUntilStopped(relay: Relay, seconds: number): Promise<RelayCounts> {
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const endMs = Date.now() + seconds * 1000;
  await runRelay(relay, () => stopped || Date.now() >= endMs);
  const counts = relay.counts();
  relay.close();
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  return counts;
}

function countsText(counts: RelayCounts): string {
  const lines: string[] = [];
  for (const direction of counts.directions) {
    lines.push(`${direction.from} -> ${direction.to}`);
    for (const [type, row] of Object.entries(direction.types)) {
      const lossPercent = ((100 * row.dropped) / row.seen).toFixed(2);
      lines.push(
        `  ${type.padEnd(10)} seen ${row.seen}, dropped ${row.dropped} (${lossPercent} %), duplicated ${row.duplicated}, ` +
          `reordered ${row.reordered}, delayed ${row.delayed}, forwarded ${row.forwarded}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
