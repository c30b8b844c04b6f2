// What the bridge tests share: sockets on loopback, segments of their own, helper processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { Network, type NetworkOptions, openSegment, unlinkSegment } from '../../bridge/index.js';
import { addonPath } from '../../bridge/native.js';

export const LOOPBACK = '127.0.0.1';
export const SEND_SLAB_BYTES = 1 << 18;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

export function networkOptions(changes: Partial<NetworkOptions> = {}): NetworkOptions {
  return {
    interfaceAddresses: [LOOPBACK],
    group: '239.255.77.21',
    port: 0,
    ttl: 1,
    loop: true,
    receiveBufferBytes: 1 << 20,
    sendBufferBytes: 1 << 20,
    datagramStride: 2048,
    batchMax: 64,
    sendSlab: new ArrayBuffer(SEND_SLAB_BYTES),
    doorbell: false,
    ...changes,
  };
}

/** Closed after the test. */
export function openNetwork(changes: Partial<NetworkOptions> = {}): Network & { sendBytes: Uint8Array } {
  const options = networkOptions(changes);
  const network = new Network(options);
  cleanups.push(() => network.close());
  return Object.assign(network, { sendBytes: new Uint8Array(options.sendSlab) });
}

/** Puts datagrams of the given lengths into the slab, each filled with a number of its own. */
export function fillDatagrams(
  network: { sendMeta: Int32Array; sendBytes: Uint8Array },
  lengths: number[],
): void {
  let offset = 0;
  for (const [index, length] of lengths.entries()) {
    network.sendMeta[2 * index] = offset;
    network.sendMeta[2 * index + 1] = length;
    network.sendBytes.fill(index & 0xff, offset, offset + length);
    offset += length;
  }
}

let segments = 0;
/** A segment name that nobody else uses; whatever it names is removed after the test. */
export function ownSegmentName(): string {
  const name = `t${process.pid.toString(36)}-${Date.now().toString(36).slice(-4)}${segments++}`;
  cleanups.push(() => {
    if (typeof openSegment(name) !== 'string') unlinkSegment(name);
  });
  return name;
}

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export interface Helper {
  readonly process: ChildProcess;
  /** The next line it prints, as JSON. */
  next(): Promise<unknown>;
  say(line: string): void;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A Node process that runs a fixture with the module under test; killed after the test. */
export function startHelper(fixture: string, args: string[] = [], nodeArgs: string[] = []): Helper {
  const child = spawn(process.execPath, [...nodeArgs, fixturePath(fixture), addonPath(), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  cleanups.push(() => child.kill('SIGKILL'));
  return {
    process: child,
    async next() {
      const line = await lines.next();
      if (line.done) throw new Error(`${fixture} ended (${child.exitCode ?? child.signalCode})`);
      return JSON.parse(line.value);
    },
    say: (line) => child.stdin!.write(`${line}\n`),
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}
