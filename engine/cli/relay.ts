// jambridge relay: joins two networks by a line as bad as you like. For tests, demos, and to hear what a
// session would sound like over a network you do not have.
import { openSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { requestRealtime } from '../../bridge/index.js';
import { Impairment } from '../impairment/impairment.js';
import { Relay, type RelayCounts, runRelay } from '../impairment/relay.js';
import { TraceRecorder, TraceReplay } from '../impairment/trace.js';
import { type Asked, helpOfRelay, readArguments, USAGE } from './relay-options.js';

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
    process.stdout.write(helpOfRelay());
    return 0;
  }
  try {
    const { relay, onTurn } = open(asked);
    // The collector's helper threads have no real-time priority: this thread must never wait for them.
    for (const pause of ['scavenge', 'compaction', 'pointer-update'])
      setFlagsFromString(`--no-parallel-${pause}`);
    requestRealtime(REALTIME_PRIORITY); // a relay that is late adds jitter nobody asked for; no matter if refused
    process.stderr.write('relaying\n');
    const counts = await relayUntilStopped(relay, asked.seconds, onTurn);
    process.stdout.write(asked.json ? `${JSON.stringify(counts)}\n` : countsText(counts));
    return 0;
  } catch (error) {
    process.stderr.write(`jambridge relay: ${(error as Error).message}\n`);
    return 1;
  }
}

/** The relay, and what is to be done after each turn. */
function open({ options, record, replay }: Asked): { relay: Relay; onTurn: () => void } {
  const fates = replay === undefined ? new Impairment(options.impairment) : new TraceReplay(replay);
  if (record === undefined) return { relay: new Relay({ ...options, fates }), onTurn: () => {} };
  const file = openSync(record, 'w');
  const recorder = new TraceRecorder(fates);
  const onTurn = () => {
    const text = recorder.take();
    if (text !== '') writeSync(file, text);
  };
  return { relay: new Relay({ ...options, fates: recorder }), onTurn };
}

async function relayUntilStopped(relay: Relay, seconds: number, onTurn: () => void): Promise<RelayCounts> {
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const endMs = Date.now() + seconds * 1000;
  await runRelay(relay, () => stopped || Date.now() >= endMs, onTurn);
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
          `reordered ${row.reordered}, corrupted ${row.corrupted}, delayed ${row.delayed}, forwarded ${row.forwarded}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
