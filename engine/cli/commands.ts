// The commands by name. Each is a file of this folder, loaded when it is asked for.
import { helpRows } from '../control/configuration-text.js';
import { nearestName } from '../control/nearest-name.js';
import { VERSION } from '../control/package-root.js';

interface Command {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ run(args: string[]): Promise<number> }>;
}

const COMMANDS: readonly Command[] = [
  { name: 'engine', summary: 'run the engine until SIGINT or SIGTERM', load: () => import('./engine.js') },
  { name: 'status', summary: 'what the running engine does', load: () => import('./status.js') },
  { name: 'doctor', summary: 'check this machine, and say what to do', load: () => import('./doctor.js') },
  { name: 'install', summary: 'put the plugin where DAWs look', load: () => import('./install.js') },
  { name: 'uninstall', summary: 'take it away again', load: () => import('./uninstall.js') },
  { name: 'host', summary: 'run a plugin on files, without a DAW', load: () => import('./host.js') },
  { name: 'midi', summary: 'midi list: the MIDI ports of this machine', load: () => import('./midi.js') },
  {
    name: 'relay',
    summary: 'join two networks by a line as bad as you like',
    load: () => import('./relay.js'),
  },
  { name: 'demo', summary: 'the main job, shown on this machine', load: () => import('./demo.js') },
  { name: 'bench', summary: 'measure, against a baseline', load: () => import('./bench.js') },
];

const USAGE = `usage: jambridge COMMAND [options]

${helpRows(COMMANDS.map(({ name, summary }) => [name, summary]))}

Every command takes --help. Exit codes: 0 done, 1 the job failed, 2 wrong use.
`;

/** Exit code of the whole program. [control-thread] */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') return print(`${VERSION}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return print(USAGE);
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) {
    process.stderr.write(name === undefined ? USAGE : unknownText(name));
    return 2;
  }
  try {
    return await (await command.load()).run(rest);
  } catch (error) {
    process.stderr.write(`jambridge ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function unknownText(name: string): string {
  const near = nearestName(
    name,
    COMMANDS.map((command) => command.name),
  );
  return `jambridge: unknown command "${name}"${near ? `; did you mean "${near}"?` : ''}\ntry: jambridge --help\n`;
}
