// Interfaces that go down, vanish and come back, in a network namespace made for the purpose.
import { execFileSync, spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { addonPath } from '../../bridge/native.js';
import { fixturePath } from './support.js';

// Needs root or user namespaces, and iproute2; without them there is no way to unplug an interface.
const namespaces = spawnSync('unshare', ['-rn', 'ip', 'link', 'add', 'probe', 'type', 'veth']).status === 0;

describe.skipIf(!namespaces)('with interfaces that come and go, a Network', () => {
  let seen: Record<string, unknown>;
  beforeAll(() => {
    const script = fixturePath('interfaces.mjs');
    const output = execFileSync('unshare', ['-rn', process.execPath, script, addonPath()], {
      encoding: 'utf8',
    });
    seen = JSON.parse(output);
  });

  it('sends once through each interface, not each address, and hears only where it joined', () => {
    expect(seen.interfaceCount).toBe(2);
    expect(seen.sentOnBoth).toBe(4);
    expect(seen.bothHear).toEqual([
      [7, '10.77.0.1'],
      [8, '10.77.0.1'],
      [7, '10.78.0.1'],
      [8, '10.78.0.1'],
    ]);
    expect(seen.leftHears).toEqual([
      [7, '10.77.0.1'],
      [8, '10.77.0.1'],
    ]);
  });

  it('stays unheard on its host without loop', () => {
    expect(seen.silentSent).toBe(1);
    expect(seen.leftHearsSilent).toEqual([]);
  });

  it('never fragments: a datagram too large is counted, the others go', () => {
    expect(seen.tooLargeSent).toBe(3);
    expect(seen.tooLargeReceived).toEqual([10, 1472, 20]);
    expect(seen.tooLargeErrors).toBe(1);
    expect(seen.tooLargeError).toMatch(/^send on 10\.77\.0\.1: .*maxDatagramBytes/);
  });

  it('counts what an interface that is down refuses, serves the other, and goes on when it is up', () => {
    expect(seen.downSent).toBe(3);
    expect(seen.downErrors).toBe(3);
    expect(seen.downError).toMatch(/^send on 10\.77\.0\.1: .*(route|down)/);
    expect(seen.downHeard).toBe(3);
    expect(seen.upSent).toBe(2);
    expect(seen.upHeard).toBe(2);
  });

  it('finds an interface again that was unplugged and plugged in', () => {
    expect(seen.goneErrors).toBe(1);
    expect(seen.goneError).toMatch(/^join on 10\.77\.0\.1: .*gone/);
    expect(seen.goneSent).toBe(1);
    expect(seen.goneHeard).toEqual([[5, '10.78.0.1']]);
    expect(seen.backErrors).toBe(1);
    expect(seen.backSent).toBe(2);
    expect(seen.backHeard).toEqual([
      [6, '10.77.0.1'],
      [6, '10.78.0.1'],
    ]);
  });

  it('refuses an address that no interface has', () => {
    expect(seen.unknownAddress).toBe(
      'Network: interfaceAddresses: no interface of this machine has the address 10.77.0.99',
    );
  });
});
