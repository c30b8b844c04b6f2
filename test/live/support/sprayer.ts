// Sends datagrams to a group on the loopback interface, at a bounded rate.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export const GROUP = '239.255.77.77';
const BURST_MAX = 64;
/** Handed to the kernel and not yet reported back. */
const UNDER_WAY_MAX = 512;

export class Sprayer {
  sent = 0;
  private underWay = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly port: number,
  ) {}

  static async open(port: number): Promise<Sprayer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setMulticastInterface('127.0.0.1');
    socket.setMulticastTTL(1);
    return new Sprayer(socket, port);
  }

  send(datagram: Uint8Array): void {
    this.underWay++;
    this.socket.send(datagram, this.port, GROUP, (error) => {
      this.underWay--;
      if (error === null) this.sent++;
    });
  }

  /** Resolves when all are sent. A machine that can't keep up gets fewer a second, never a burst. */
  async spray(count: number, perSecond: number, next: () => Uint8Array): Promise<void> {
    let lastMs = performance.now();
    for (let left = count; left > 0; ) {
      await sleep(1);
      const nowMs = performance.now();
      let burst = Math.min(left, BURST_MAX, Math.floor(((nowMs - lastMs) * perSecond) / 1000));
      if (this.underWay > UNDER_WAY_MAX) burst = 0;
      if (burst > 0) lastMs = nowMs;
      for (let i = 0; i < burst; i++) this.send(next());
      left -= burst;
    }
    while (this.underWay > 0) await sleep(1);
  }

  close(): void {
    this.socket.close();
  }
}
