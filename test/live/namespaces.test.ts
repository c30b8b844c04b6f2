// The two studios that demos and tests take place in: made, joined, used and taken away. Needs root.
import { execFileSync, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { inNamespace, makeStudios, type Studios, whyNoNamespaces } from '../../engine/demo/namespaces.js';

const reason = whyNoNamespaces();
let studios: Studios | undefined;
afterEach(() => studios?.destroy());

const listed = () => execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
const ping = (from: string, to: string) => {
  const [command, args] = inNamespace(from, process.execPath, ['-e', UDP_PROBE, to]);
  return execFileSync(command, args, { encoding: 'utf8' });
};

// Sends itself a datagram by way of an address: fails when the address is not its own.
const UDP_PROBE = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.bind(0, process.argv[1], () => socket.send('x', socket.address().port, process.argv[1]));
  socket.on('error', (error) => { process.stdout.write(error.code); process.exit(0); });
  socket.on('message', () => { process.stdout.write('heard'); process.exit(0); });
  setTimeout(() => process.exit(1), 5000);`;

describe.skipIf(reason !== '')('two studios in network namespaces', () => {
  it('have their addresses, each its own', () => {
    studios = makeStudios();
    expect(ping(studios.a.namespace, studios.a.address)).toBe('heard');
    expect(ping(studios.b.namespace, studios.b.address)).toBe('heard');
    expect(ping(studios.a.namespace, studios.b.address)).toBe('EADDRNOTAVAIL');
  });

  it('several can stand side by side', () => {
    studios = makeStudios();
    const others = makeStudios();
    expect(others.a.namespace).not.toBe(studios.a.namespace);
    others.destroy();
    expect(listed()).toContain(studios.a.namespace);
  });

  it('are gone after destroy(), even with a process still inside', async () => {
    studios = makeStudios();
    const { a, b, line } = studios;
    const [command, args] = inNamespace(a.namespace, 'sleep', ['60']);
    const sleeper = spawn(command, args, { stdio: 'ignore' });
    studios.destroy();
    studios.destroy();
    for (const { namespace } of [a, b, line]) expect(listed()).not.toContain(namespace);
    const ended = new Promise((resolve) => sleeper.once('exit', resolve));
    sleeper.kill('SIGKILL');
    await ended;
  });
});
