// The line between two studios: two network namespaces and one cable, with the loss in front of studio B.
//
//   studio A  10.78.0.1 ---- 10.78.0.2  [loss trace]  studio B
import { execFileSync } from 'node:child_process';
import { inNamespace, waitForCarrier } from '../../engine/demo/namespaces.js';
import { atExit } from '../support/at-exit.js';
import { type LineCounts, lossTable, readCounts, TABLE } from './loss-trace.js';

export type Studio = 'a' | 'b';
export const INTERFACE = 'studio';
export const ADDRESS: Readonly<Record<Studio, string>> = { a: '10.78.0.1', b: '10.78.0.2' };

export class Line {
  /** The cable goes with its ends. */
  readonly destroy: () => void;
  private readonly names: Readonly<Record<Studio, string>>;

  /** Throws when it can't be made, and leaves nothing behind. */
  constructor() {
    const prefix = `jbr${process.pid}`;
    this.names = { a: `${prefix}a`, b: `${prefix}b` };
    this.destroy = atExit(() => Object.values(this.names).forEach(removeNamespace));
    try {
      for (const name of Object.values(this.names)) ip('netns', 'add', name);
      const peer = ['type', 'veth', 'peer', 'name', INTERFACE, 'netns', this.names.b];
      ip('link', 'add', INTERFACE, 'netns', this.names.a, ...peer);
      for (const studio of ['a', 'b'] as const) {
        const at = (...args: string[]) => ip('-n', this.names[studio], ...args);
        at('link', 'set', 'lo', 'up');
        at('address', 'add', `${ADDRESS[studio]}/24`, 'dev', INTERFACE);
        at('link', 'set', INTERFACE, 'up', 'multicast', 'on');
        at('route', 'add', '224.0.0.0/4', 'dev', INTERFACE);
      }
      for (const name of Object.values(this.names)) waitForCarrier(name, INTERFACE);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  wrap(studio: Studio, command: string, args: readonly string[]): [string, string[]] {
    return inNamespace(this.names[studio], command, args);
  }

  /** From now on: packet 0 of the trace is the next one. */
  lose(ports: readonly number[], trace: readonly boolean[]): void {
    this.heal();
    this.nft(['-f', '-'], lossTable(ports, trace));
  }

  counts(): LineCounts {
    return readCounts(this.nft(['list', 'table', 'inet', TABLE]));
  }

  /** All packets pass again, uncounted. */
  heal(): void {
    this.nft(['-f', '-'], `table inet ${TABLE} {}\ndelete table inet ${TABLE}\n`);
  }

  private nft(args: readonly string[], input = ''): string {
    const [command, wrapped] = this.wrap('b', 'nft', args);
    return execFileSync(command, wrapped, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

function removeNamespace(name: string): void {
  try {
    ip('netns', 'del', name);
  } catch {
    // it was never made
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}
