// The relay: two networks, joined by a bad line. A packet that arrives on one side is put on the other,
// or lost, doubled, delayed, as the impairment model says. It knows nothing of what the packets mean.
//
// One thread for both ways: the busier way waits in the kernel, the other is looked at between the waits.
import { Network, nowUs } from '../../bridge/index.js';
import { DelayQueue } from './delay-queue.js';
import type { FateSource } from './fate.js';
import { Impairment, type ImpairmentOptions } from './impairment.js';
import { RELAY_COLUMNS, RELAY_TYPES, type RelayColumn, RelayDirection, typeName } from './relay-direction.js';

export interface RelaySide {
  /** IPv4 address of the interface. */
  readonly address: string;
  readonly port: number;
}

export interface RelayOptions {
  readonly from: RelaySide;
  readonly to: RelaySide;
  readonly group: string;
  readonly ttl: number;
  /** The engines on one side may be on this host: hear what it sends itself (needed on loopback). */
  readonly loop: boolean;
  readonly impairment: ImpairmentOptions;
  /** Decides instead of the model: a trace that is played again, or one that records. */
  readonly fates?: FateSource;
}

export interface RelayCounts {
  readonly seed: number;
  /** Longest time between two looks at the sockets: what it may have added to a delay unasked. */
  readonly passMaxUs: number;
  readonly directions: readonly DirectionCounts[];
}
export interface DirectionCounts {
  readonly from: string;
  readonly to: string;
  readonly types: Readonly<Record<string, Readonly<Record<RelayColumn, number>>>>;
  readonly noRoom: number;
  readonly truncated: number;
  readonly sendErrors: number;
  readonly receiveErrors: number;
  readonly echoes: number;
}

const DATAGRAM_BYTES_MAX = 9216;
const BATCH_MAX = 64;
const QUEUE_PACKETS_MAX = 4096;
const SOCKET_BUFFER_BYTES = 1 << 20;
const WAIT_US_MAX = 500;
const PROBE_TRIES_MAX = 50;

export class Relay {
  private readonly networks: readonly [Network, Network];
  private readonly ways: readonly [RelayDirection, RelayDirection];

  private passStartUs = 0;
  private passMaxUs = 0;

  /** Throws when a socket can't be had: no such interface, port taken. */
  constructor(private readonly options: RelayOptions) {
    const fates = options.fates ?? new Impairment(options.impairment);
    const startUs = nowUs();
    const forth = new DelayQueue(QUEUE_PACKETS_MAX, DATAGRAM_BYTES_MAX);
    const back = new DelayQueue(QUEUE_PACKETS_MAX, DATAGRAM_BYTES_MAX);
    const from = openSide(options, options.from, back.slab);
    const to = openSide(options, options.to, forth.slab);
    this.networks = [from, to];
    this.ways = [
      new RelayDirection(0, from, to, forth, fates, startUs),
      new RelayDirection(1, to, from, back, fates, startUs),
    ];
    if (!options.loop) return;
    learnOwnSource(from, new Uint8Array(back.slab), this.ways[0]);
    learnOwnSource(to, new Uint8Array(forth.slab), this.ways[1]);
  }

  /** Receives and sends once; blocks for at most half a millisecond. */
  pass(): void {
    const startUs = nowUs();
    if (this.passStartUs > 0) this.passMaxUs = Math.max(this.passMaxUs, startUs - this.passStartUs);
    this.passStartUs = startUs;
    const [forth, back] = this.ways;
    const [busier, other] = forth.activity >= back.activity ? [forth, back] : [back, forth];
    other.receive(0, nowUs);
    const untilDueUs = Math.min(forth.nextDueUs, back.nextDueUs) - nowUs();
    busier.receive(Math.min(WAIT_US_MAX, Math.max(0, Math.floor(untilDueUs))), nowUs);
    const now = nowUs();
    forth.forward(now);
    back.forward(now);
  }

  counts(): RelayCounts {
    const { from, to, impairment } = this.options;
    const text = (side: RelaySide) => `${side.address}:${side.port}`;
    return {
      seed: impairment.seed,
      passMaxUs: Math.round(this.passMaxUs),
      directions: [
        directionCounts(this.ways[0], text(from), text(to)),
        directionCounts(this.ways[1], text(to), text(from)),
      ],
    };
  }

  close(): void {
    for (const network of this.networks) network.close();
  }
}

/** Passes until told to stop, leaving the event loop its turns (signals, timers, files). */
export async function runRelay(relay: Relay, stopped: () => boolean, onTurn = () => {}): Promise<void> {
  const TURN_US = 10_000;
  while (!stopped()) {
    const turnEndUs = nowUs() + TURN_US;
    while (nowUs() < turnEndUs) relay.pass();
    onTurn();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function openSide(options: RelayOptions, side: RelaySide, sendSlab: ArrayBuffer): Network {
  return new Network({
    interfaceAddresses: [side.address],
    group: options.group,
    port: side.port,
    ttl: options.ttl,
    loop: options.loop,
    receiveBufferBytes: SOCKET_BUFFER_BYTES,
    sendBufferBytes: SOCKET_BUFFER_BYTES,
    datagramStride: DATAGRAM_BYTES_MAX,
    batchMax: BATCH_MAX,
    sendSlab,
    doorbell: false,
  });
}

/**
 * Where datagrams come back to their sender, the relay must know its own, or it would send them round for
 * ever: it sends one (no TOAST packet: engines count and ignore it) and sees under which source it returns.
 */
function learnOwnSource(network: Network, sendBytes: Uint8Array, way: RelayDirection): void {
  const probe = new TextEncoder().encode(`RELAY_PROBE ${process.pid} ${Math.random()}`);
  const received = new Uint8Array(network.receiveSlab);
  const stride = DATAGRAM_BYTES_MAX;
  for (let attempt = 0; attempt < PROBE_TRIES_MAX; attempt++) {
    sendBytes.set(probe, 0);
    network.sendMeta[0] = 0;
    network.sendMeta[1] = probe.length;
    network.send(1);
    const count = network.wait(0, 0, 20_000);
    for (let i = 0; i < count; i++) {
      const [length, address, port] = network.receiveMeta.subarray(4 * i);
      const bytes = received.subarray(i * stride, i * stride + Math.max(0, length));
      if (length !== probe.length || !probe.every((byte, index) => byte === bytes[index])) continue;
      way.ignoreSource(address, port);
      return;
    }
  }
  throw new Error('what the relay sends does not come back to it: is multicast on for this interface?');
}

function directionCounts(way: RelayDirection, from: string, to: string): DirectionCounts {
  const types: Record<string, Record<RelayColumn, number>> = {};
  for (let type = 0; type < RELAY_TYPES; type++) {
    if (way.count(type, 'seen') === 0) continue;
    const row = RELAY_COLUMNS.map((column) => [column, way.count(type, column)] as const);
    types[typeName(type)] = Object.fromEntries(row) as Record<RelayColumn, number>;
  }
  const { noRoom, truncated, sendErrors, receiveErrors, echoes } = way;
  return { from, to, types, noRoom, truncated, sendErrors, receiveErrors, echoes };
}
