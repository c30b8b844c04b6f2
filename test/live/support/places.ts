// Where the engines of a live test stand: on the loopback interface, or each in a network namespace of its
// own, the two joined by one virtual cable and nothing between them: real multicast from end to end.
import { execFileSync } from 'node:child_process';
import { inNamespace, waitForCarrier } from '../../../engine/demo/namespaces.js';

export interface Place {
  readonly address: string;
  /** How a command is run there. */
  wrap(command: string, args: readonly string[]): [string, string[]];
}

export const LOOPBACK: Place = {
  address: '127.0.0.1',
  wrap: (command, args) => [command, [...args]],
};

export const IS_ROOT = process.getuid?.() === 0;
export const WHY_NOT_ROOT = 'only root may make network namespaces';

export interface Pair {
  readonly a: Place;
  readonly b: Place;
  destroy(): void;
}

/** Two namespaces and the cable between them. Throws when that fails, and leaves nothing behind. */
export function makePair(): Pair {
  const [a, b] = ['p', 'q'].map((letter) => `jb${process.pid}${letter}`);
  const destroy = () => {
    for (const namespace of [a, b]) spare(() => ip('netns', 'del', namespace));
  };
  try {
    for (const namespace of [a, b]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', 'cable', 'netns', a, 'type', 'veth', 'peer', 'name', 'cable', 'netns', b);
    for (const [namespace, address] of [
      [a, '10.77.3.1'],
      [b, '10.77.3.2'],
    ]) {
      ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'cable');
      ip('-n', namespace, 'link', 'set', 'cable', 'up', 'multicast', 'on');
    }
    for (const namespace of [a, b]) waitForCarrier(namespace, 'cable');
  } catch (error) {
    destroy();
    throw error;
  }
  const place = (namespace: string, address: string): Place => ({
    address,
    wrap: (command, args) => inNamespace(namespace, command, args),
  });
  return { a: place(a, '10.77.3.1'), b: place(b, '10.77.3.2'), destroy };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function spare(work: () => void): void {
  try {
    work();
  } catch {
    // it was never made
  }
}
