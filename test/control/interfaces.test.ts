import { expect, test } from 'vitest';
import { chooseInterfaces } from '../../engine/control/interfaces.js';

const nic = (name: string, address: string, flags = {}) => ({
  ...{ name, address, up: true, multicast: true, loopback: false, index: 1 },
  ...flags,
});
const LO = nic('lo', '127.0.0.1', { multicast: false, loopback: true });
const ETH = nic('eth0', '10.0.0.1');
const ETH_AGAIN = nic('eth0', '10.0.0.9');
const WIFI = nic('wlan0', '192.168.1.5');
const DOWN = nic('eth1', '10.1.0.1', { up: false });
const TUNNEL = nic('tun0', '10.8.0.1', { multicast: false });
const ALL = [LO, ETH, ETH_AGAIN, WIFI, DOWN, TUNNEL];

test('auto: all that are up and can multicast, each once; the loopback only when there is no other', () => {
  expect(chooseInterfaces('auto', ALL).chosen).toEqual([ETH, WIFI]);
  expect(chooseInterfaces('auto', [LO, DOWN, TUNNEL]).chosen).toEqual([LO]);
  expect(chooseInterfaces('auto', [DOWN]).why).toBe(
    'no interface is up and can multicast; there are: eth1 (10.1.0.1, down)',
  );
});

test('by name, by address, several', () => {
  expect(chooseInterfaces('wlan0', ALL).chosen).toEqual([WIFI]);
  expect(chooseInterfaces('10.0.0.9', ALL).chosen).toEqual([ETH_AGAIN]);
  expect(chooseInterfaces('lo,eth0,lo', ALL).chosen).toEqual([LO, ETH]);
});

test('what can not be used is said', () => {
  expect(chooseInterfaces('eth7', [ETH]).why).toBe(
    'there is no interface "eth7"; there are: eth0 (10.0.0.1)',
  );
  expect(chooseInterfaces('eth1', ALL).why).toBe('interface "eth1" is down');
  expect(chooseInterfaces('eth0,tun0', ALL)).toEqual({
    chosen: [],
    why: 'interface "tun0" can\'t multicast',
  });
});
