// doctor: can this machine send to the group, hear itself, hear others, and hold what arrives in a hurry?
import { randomBytes } from 'node:crypto';
import { addressText, listInterfaces, Network, nowUs } from '../../bridge/index.js';
import type { Configuration } from '../control/configuration-table.js';
import { chooseInterfaces, type NetworkInterface } from '../control/interfaces.js';
import { type Check, failed, ok, warning } from './doctor-check.js';

/** Announcements come every second: who is there is heard in this time. */
const LISTEN_US = 1_700_000;
const LOOP_US = 500_000;
const STRIDE = 9216;
const BATCH = 64;

/** Takes about two seconds for each interface. [control-thread] */
export function checkNetwork(configuration: Configuration): Check[] {
  const all = listInterfaces();
  const { chosen, why } = chooseInterfaces(configuration.interface, all);
  if (why) {
    return [failed('interface', why, 'Name one of them with --interface NAME, or switch one on.')];
  }
  const found = chosen.map((i) => `${i.name} (${i.address})`).join(', ');
  const local = new Set(all.map((i) => i.address));
  return [ok('interface', found), ...chosen.flatMap((i) => checkMulticast(configuration, i, local))];
}

function checkMulticast(c: Configuration, on: NetworkInterface, local: ReadonlySet<string>): Check[] {
  const place = `${c.group}:${c.port} on ${on.name}`;
  const sendSlab = new ArrayBuffer(STRIDE);
  let network: Network;
  try {
    network = new Network({
      interfaceAddresses: [on.address],
      ...{ group: c.group, port: c.port, ttl: c.ttl, loop: true, doorbell: false },
      receiveBufferBytes: c['buffers.receiveBytes'],
      sendBufferBytes: c['buffers.sendBytes'],
      ...{ datagramStride: STRIDE, batchMax: BATCH, sendSlab },
    });
  } catch (error) {
    const advice = `If the port is taken by another program, choose another with --port; all studios must use the same.`;
    return [failed('multicast', `${place} can't be opened: ${(error as Error).message}`, advice)];
  }
  try {
    const probe = new Probe(network, sendSlab, local);
    return [probe.loop(place), probe.others(place), checkBuffer(network, c['buffers.receiveBytes'])];
  } finally {
    network.close();
  }
}

class Probe {
  private readonly mark = Buffer.from(`JAMBRIDGE_DOCTOR ${randomBytes(8).toString('hex')}`);
  private readonly heard = new Map<string, number>();
  private heardOwn = false;

  constructor(
    private readonly network: Network,
    sendSlab: ArrayBuffer,
    private readonly local: ReadonlySet<string>,
  ) {
    new Uint8Array(sendSlab).set(this.mark);
  }

  /** A text datagram: engines count it as no TOAST and ignore it. */
  loop(place: string): Check {
    this.network.sendMeta.set([0, this.mark.length]);
    if (this.network.send(1) < 1) {
      const why = this.network.lastError() || 'the system did not take it';
      return failed(
        'send',
        `nothing can be sent to ${place}: ${why}`,
        'Is there a route? Try: ip route get 239.255.77.77',
      );
    }
    this.listen(LOOP_US, true);
    if (this.heardOwn) return ok('multicast to itself', `${place} works`);
    return failed(
      'multicast to itself',
      `what is sent to ${place} does not come back`,
      'A firewall drops it: allow incoming UDP to that group and port (nft, ufw, firewalld; on macOS the local network permission).',
    );
  }

  others(place: string): Check {
    this.listen(LISTEN_US, false);
    const senders = [...this.heard].map(([address, packets]) => {
      return `${address}${this.local.has(address) ? ' (this machine)' : ''} ${packets} packets`;
    });
    if ([...this.heard.keys()].some((address) => !this.local.has(address))) {
      return ok('multicast from others', `${place}: heard ${senders.join(', ')}`);
    }
    const found = `${place}: nobody from elsewhere${senders.length > 0 ? `, only ${senders.join(', ')}` : ''}`;
    return warning(
      'multicast from others',
      found,
      'Fine when no other studio is switched on. Else: same group, port and network? A switch with IGMP snooping needs a querier; Wi-Fi often filters multicast.',
    );
  }

  private listen(durationUs: number, untilOwn: boolean): void {
    const { network } = this;
    const slab = Buffer.from(network.receiveSlab);
    for (let leftUs = durationUs, end = nowUs() + durationUs; leftUs > 0; leftUs = end - nowUs()) {
      const count = network.wait(0, 0, leftUs);
      if (count < 0) return;
      for (let i = 0; i < count; i++) {
        const length = network.receiveMeta[i * 4];
        const own =
          length === this.mark.length && slab.subarray(i * STRIDE, i * STRIDE + length).equals(this.mark);
        if (own) this.heardOwn = true;
        else this.count(addressText(network.receiveMeta[i * 4 + 1]));
      }
      if (untilOwn && this.heardOwn) return;
    }
  }

  private count(address: string): void {
    if (this.heard.has(address) || this.heard.size < 64)
      this.heard.set(address, (this.heard.get(address) ?? 0) + 1);
  }
}

function checkBuffer(network: Network, wantedBytes: number): Check {
  const { receiveBufferBytes } = network;
  const found = `the system grants ${receiveBufferBytes} of ${wantedBytes} bytes for receiving`;
  if (receiveBufferBytes >= wantedBytes) return ok('socket buffers', found);
  const advice = `As root: sysctl -w net.core.rmem_max=${wantedBytes} (and in /etc/sysctl.d/ to keep it).`;
  return warning('socket buffers', `${found}: a burst may be lost when the machine is busy`, advice);
}
