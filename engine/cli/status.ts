// jambridge status: what the running engine says of itself in the shared segment.
import { setTimeout as delay } from 'node:timers/promises';
import { CONFIG, segmentName } from './configuration-options.js';
import { helpText } from './help-text.js';
import { UsageError } from './number-option.js';
import { guarded, HELP, JSON_OPTION, optionRows, parseOptions, SEGMENT } from './options.js';

const WATCH = { name: 'watch', doc: 'show it anew every second until interrupted' };
const SPECS = [SEGMENT, CONFIG, JSON_OPTION, WATCH, HELP];
const USAGE = helpText(
  'status [--json] [--watch] [--segment NAME]',
  'Shows the engine, its network, peers, streams, plugins and devices. Exit code 1 when no engine runs.',
  optionRows(SPECS),
);

/** [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('status', async () => {
    const parsed = parseOptions(args, SPECS);
    const { options } = parsed;
    if (options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (options.has('watch') && options.has('json')) {
      throw new UsageError('--json prints one object and ends; it does not go with --watch');
    }
    const segment = segmentName(parsed);
    if (options.has('watch')) return watch(segment);
    return show(segment, options.has('json'));
  });
}

async function show(segment: string, json: boolean): Promise<number> {
  const { readStatus } = await import('../control/status-reader.js');
  const { statusText } = await import('./status-text.js');
  const found = readStatus(segment);
  if (found.running) {
    process.stdout.write(
      json ? `${JSON.stringify({ running: true, ...found.status })}\n` : statusText(found.status),
    );
    return 0;
  }
  if (json) process.stdout.write(`${JSON.stringify({ running: false, reason: found.reason })}\n`);
  process.stderr.write(`jambridge: ${found.reason}\n`);
  return 1;
}

/** Goes on when the engine goes away: it may come back. */
async function watch(segment: string): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  while (!interrupted.signal.aborted) {
    if (process.stdout.isTTY) process.stdout.write('\x1b[2J\x1b[H');
    await show(segment, false);
    await delay(1000, undefined, { signal: interrupted.signal }).catch(() => undefined);
  }
  return 0;
}
