// Two studios and the line between them, as network namespaces of this machine (needs root):
//
//   studio A  10.77.1.1 ---- 10.77.1.2  line  10.77.2.2 ---- 10.77.2.1  studio B
//
// Nothing passes the line by itself: whoever runs there (the relay) carries the packets across. The names
// hold the process id, so that several runs do not meet; destroy() takes everything away.
import { execFileSync } from 'node:child_process';

export interface Studio {
  /** Name of the network namespace. */
  readonly namespace: string;
  /** The studio's interface, and its IPv4 address. */
  readonly interfaceName: string;
  readonly address: string;
}

export interface Studios {
  readonly a: Studio;
  readonly b: Studio;
  readonly line: { readonly namespace: string; readonly addressA: string; readonly addressB: string };
  destroy(): void;
}

let made = 0;

/** Why namespaces can't be made here; '' when they can. */
export function whyNoNamespaces(): string {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const probe = `jb${process.pid}probe`;
  try {
    ip('netns', 'add', probe);
    ip('netns', 'del', probe);
    return '';
  } catch (error) {
    return `network namespaces can't be made here: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** Makes three namespaces joined by two virtual cables. Throws when that fails, and leaves nothing behind. */
export function makeStudios(): Studios {
  const prefix = `jb${process.pid}${made++ === 0 ? '' : `n${made}`}`;
  const [a, line, b] = ['a', 'line', 'b'].map((name) => `${prefix}${name}`);
  const destroy = () => {
    for (const namespace of [a, line, b]) removeNamespace(namespace);
  };
  try {
    for (const namespace of [a, line, b]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    layCable({ namespace: a, name: 'studio', address: '10.77.1.1/24' }, line, 'lineA', '10.77.1.2/24');
    layCable({ namespace: b, name: 'studio', address: '10.77.2.1/24' }, line, 'lineB', '10.77.2.2/24');
  } catch (error) {
    destroy();
    throw error;
  }
  return {
    a: { namespace: a, interfaceName: 'studio', address: '10.77.1.1' },
    b: { namespace: b, interfaceName: 'studio', address: '10.77.2.1' },
    line: { namespace: line, addressA: '10.77.1.2', addressB: '10.77.2.2' },
    destroy,
  };
}

/** The command line that runs a command inside a namespace. */
export function inNamespace(namespace: string, command: string, args: readonly string[]): [string, string[]] {
  return ['ip', ['netns', 'exec', namespace, command, ...args]];
}

interface CableEnd {
  readonly namespace: string;
  readonly name: string;
  readonly address: string;
}

function layCable(studio: CableEnd, line: string, lineName: string, lineAddress: string): void {
  const peer = ['type', 'veth', 'peer', 'name', lineName, 'netns', line];
  ip('link', 'add', studio.name, 'netns', studio.namespace, ...peer);
  for (const end of [studio, { namespace: line, name: lineName, address: lineAddress }]) {
    ip('-n', end.namespace, 'address', 'add', end.address, 'dev', end.name);
    ip('-n', end.namespace, 'link', 'set', end.name, 'up', 'multicast', 'on');
  }
  waitForCarrier(studio.namespace, studio.name);
  waitForCarrier(line, lineName);
}

const CARRIER_MS_MAX = 5000;

/** The kernel notices that both ends are up in its own time: until then, the interface is down to everybody. */
export function waitForCarrier(namespace: string, name: string): void {
  const giveUpMs = performance.now() + CARRIER_MS_MAX;
  for (;;) {
    const said = execFileSync('ip', ['-n', namespace, '-o', 'link', 'show', 'dev', name], {
      encoding: 'utf8',
    });
    if (said.includes('LOWER_UP') && said.includes('state UP')) return;
    if (performance.now() > giveUpMs) throw new Error(`${name} has no carrier: ${said.trim()}`);
  }
}

/** The cables go with the namespace they end in. */
function removeNamespace(namespace: string): void {
  try {
    ip('netns', 'del', namespace);
  } catch {
    // it was never made
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}
