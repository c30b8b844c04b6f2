// npm run bench -- NAME [--json] [--quick]: figures, and the machine they were taken on. With --json exactly one
// JSON object on standard output; all else goes to standard error.
import { type Asked, readArguments } from './arguments.js';
import type { Bench } from './bench.js';
import { cpu } from './cpu/cpu.js';
import { fec } from './fec/fec.js';
import { gpu } from './gpu/gpu.js';
import { latency } from './latency/latency.js';
import { loss } from './loss/loss.js';
import { midiLoss } from './midi-loss/midi-loss.js';
import { repair } from './repair/repair.js';
import { rivals } from './rivals/rivals.js';
import { shm } from './shm/shm.js';
import { soak } from './soak/soak.js';
import { describeMachine, loadWarning } from './support/machine.js';
import { killAll } from './support/processes.js';
import { unlinkAll } from './support/studio.js';
import { tableText } from './table.js';

const BENCHES: readonly Bench[] = [latency, cpu, shm, fec, loss, midiLoss, repair, rivals, soak, gpu];
const LIST = `usage: npm run bench -- NAME [--json] [--quick]

${BENCHES.map(benchHelp).join('\n')}

  --json    one JSON object on standard output: { bench, machine, rows }
  --quick   the smallest case only, for a moment: shows that it works, not how fast
`;

function benchHelp({ name, summary, options, choices, flags }: Bench): string {
  const own = [
    ...Object.entries(options ?? {}).map(([option, help]) => `      --${option} N  ${help}`),
    ...Object.entries(choices ?? {}).map(
      ([option, { values, help }]) => `      --${option} ${values.join('|')}  ${help}`,
    ),
    ...Object.entries(flags ?? {}).map(([flag, help]) => `      --${flag}  ${help}`),
  ];
  return [`  ${name.padEnd(10)}${summary}`, ...own].join('\n');
}

const withoutDashes = (flags: readonly string[]): string[] => flags.map((flag) => flag.slice(2));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function runBench(bench: Bench, { flags, numbers, choices }: Asked): Promise<number> {
  const machine = describeMachine();
  const warning = loadWarning(machine);
  if (warning) say(warning);
  const rows = await bench.run({
    quick: flags.includes('--quick'),
    numbers,
    choices,
    flags: withoutDashes(flags),
    say,
  });
  const result = { bench: bench.name, machine, rows };
  process.stdout.write(flags.includes('--json') ? `${JSON.stringify(result, null, 2)}\n` : tableText(rows));
  return 0;
}

/** Exit code: 0 done, 1 it failed, 2 wrong use. */
async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args, BENCHES);
  const { names, flags, strange } = asked;
  if (flags.includes('--help') || flags.includes('-h') || (names.length === 0 && strange === undefined)) {
    process.stdout.write(LIST);
    return 0;
  }
  const bench = BENCHES.find(({ name }) => name === names[0]);
  if (bench === undefined || names.length > 1 || strange !== undefined) {
    say(`bench: ${strange ?? names.at(-1)} is not known\n\n${LIST.trimEnd()}`);
    return 2;
  }
  return await runBench(bench, asked);
}

process.on('exit', () => {
  killAll();
  unlinkAll();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
