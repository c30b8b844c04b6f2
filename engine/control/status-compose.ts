// The counters in the metrics slab, the peers, the slots and the devices -> one status document. Pure.
import {
  GLOBAL,
  GLOBAL_COLUMNS,
  HISTOGRAM,
  HISTOGRAMS,
  type MetricsSlab,
  PEER,
  REJECT,
  REJECT_REASONS,
} from '../base/metrics-slab.js';
import type { Configuration } from './configuration-table.js';
import type { GpuStatus } from './gpu-host.js';
import type { NetworkInterface } from './interfaces.js';
import { type PeerDirectory, senderText } from './peer-directory.js';
import { routeCopies } from './route-copies.js';
import type {
  DevicesStatus,
  PeerStatus,
  PercentilesUs,
  SlotStatus,
  StatusDocument,
} from './status-document.js';
import { composeEnded, composeStreams } from './status-streams.js';

export interface StatusSources {
  readonly nowUs: number;
  readonly version: string;
  readonly pid: number;
  readonly generation: number;
  readonly senderId: string;
  readonly memoryBytes: number;
  readonly realtime: string;
  readonly receiveBufferBytes: number;
  readonly configuration: Configuration;
  readonly interfaces: readonly NetworkInterface[];
  readonly metrics: MetricsSlab;
  readonly peers: PeerDirectory;
  readonly announcementsInvalid: number;
  readonly slots: readonly SlotStatus[];
  readonly devices: DevicesStatus;
  readonly gpu: GpuStatus;
}

/** [control-thread] */
export function composeStatus(from: StatusSources): StatusDocument {
  const { configuration, metrics } = from;
  const names = (id: string) => from.peers.get(id)?.name ?? '';
  return {
    engine: {
      version: from.version,
      pid: from.pid,
      name: configuration.name,
      session: configuration.session,
      segment: configuration.segment,
      generation: from.generation,
      senderId: from.senderId,
      uptimeS: Math.max(0, Math.round((from.nowUs - metrics.global(GLOBAL.startedUs)) / 1e5) / 10),
      realtime: from.realtime,
      memoryBytes: from.memoryBytes,
    },
    network: {
      interfaces: from.interfaces.map(({ name, address }) => ({ name, address })),
      group: configuration.group,
      port: configuration.port,
      ttl: configuration.ttl,
      receiveBufferBytes: from.receiveBufferBytes,
      receiveBufferBytesWanted: configuration['buffers.receiveBytes'],
    },
    counters: Object.fromEntries(
      GLOBAL_COLUMNS.filter((name) => name !== 'startedUs' && name !== 'heartbeatUs').map((name) => [
        name,
        metrics.global(GLOBAL[name]),
      ]),
    ) as StatusDocument['counters'],
    accepted: metrics.rejects(REJECT.accepted),
    rejected: Object.fromEntries(
      REJECT_REASONS.map((name, reason) => [name, metrics.rejects(reason)]).filter(
        ([name]) => name !== 'accepted',
      ),
    ) as StatusDocument['rejected'],
    peersRefused: from.peers.refused,
    announcementsInvalid: from.announcementsInvalid,
    latencyUs: Object.fromEntries(
      HISTOGRAMS.map((name) => [name, percentiles(metrics, HISTOGRAM[name])]),
    ) as StatusDocument['latencyUs'],
    peers: composePeers(from),
    streams: composeStreams(metrics, names, from.nowUs),
    ended: composeEnded(metrics),
    slots: from.slots,
    devices: from.devices,
    gpu: from.gpu,
    route: routeCopies(metrics, from.gpu.copies),
    truncated: { streams: 0, peers: 0, slots: 0 },
  };
}

function percentiles(metrics: MetricsSlab, histogram: number): PercentilesUs | null {
  const at = (share: number) => Math.round(metrics.percentileUs(histogram, share) * 10) / 10;
  return Number.isNaN(at(0.5)) ? null : { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Senders that announced themselves or whose packets come; who was heard last comes first. */
function composePeers({ metrics, peers, nowUs }: StatusSources): PeerStatus[] {
  const found = new Map<string, PeerStatus>();
  for (const row of metrics.peerRows()) {
    const cell = (column: number) => metrics.cells[row + column];
    const id = senderText(cell(PEER.senderIdLow), cell(PEER.senderIdHigh));
    found.set(id, {
      ...announced(peers, id),
      address: addressText(cell(PEER.address)),
      baseOnly: cell(PEER.baseOnly) !== 0,
      packets: cell(PEER.packets),
      silentMs: Math.max(0, Math.round((nowUs - cell(PEER.lastSeenUs)) / 1000)),
      clockOffsetUs: Math.round(cell(PEER.clockOffsetUs)),
    });
  }
  for (const id of peers.ids()) {
    if (found.has(id)) continue;
    const peer = peers.get(id);
    found.set(id, {
      ...announced(peers, id),
      address: peer?.address ?? '',
      baseOnly: false,
      packets: 0,
      silentMs: Math.max(0, Math.round((nowUs - (peer?.heardUs ?? nowUs)) / 1000)),
      clockOffsetUs: 0,
    });
  }
  return [...found.values()].sort((a, b) => a.silentMs - b.silentMs || (a.id < b.id ? -1 : 1));
}

type Announced = Pick<PeerStatus, 'id' | 'name' | 'software' | 'streamsAnnounced' | 'transport'>;

function announced(peers: PeerDirectory, id: string): Announced {
  const peer = peers.get(id);
  const transport = peers.transport(id);
  return {
    id,
    name: peer?.name ?? '',
    software: peer?.software ?? '',
    streamsAnnounced: peer?.streams.length ?? 0,
    transport: transport ? { playing: transport.playing, tempo: transport.tempo } : null,
  };
}

/** An IPv4 address that was read as a number from its four bytes in network order. */
export function addressText(networkOrder: number): string {
  const n = networkOrder >>> 0;
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24].join('.');
}
