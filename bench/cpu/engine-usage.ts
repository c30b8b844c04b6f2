// What an engine process has used and done up to a moment; two of them make a row.
import { nowUs } from '../../bridge/index.js';
import type { StatusDocument, StreamStatus } from '../../engine/control/status-document.js';
import type { Row } from '../bench.js';
import { rounded, sum } from '../support/statistics.js';
import type { Collections } from './collector-trace.js';

export interface EngineUsage {
  readonly timeUs: number;
  readonly processorNs: number;
  readonly packets: number;
  readonly ticks: number;
  readonly memoryBytes: number;
  readonly collections: Collections;
  readonly framesPlayed: number;
  readonly framesConcealed: number;
  /** Packets that the engine could not send, or sent to nobody. */
  readonly sendErrors: number;
}

export function engineUsage(
  end: 'send' | 'receive',
  status: StatusDocument,
  processorNs: number,
  collections: Collections,
): EngineUsage {
  const { counters, engine, streams, ended } = status;
  // Streams that have ended meanwhile count as well.
  const of = (name: 'played' | 'concealed') =>
    ended.received.audio[name] +
    sum(streams.map((stream: StreamStatus) => (stream.direction === 'received' ? stream[name] : 0)));
  return {
    timeUs: nowUs(),
    processorNs,
    packets: end === 'send' ? counters.packetsSent : counters.packetsReceived,
    ticks: counters.ticks,
    memoryBytes: engine.memoryBytes,
    collections,
    framesPlayed: of('played'),
    framesConcealed: of('concealed'),
    sendErrors: counters.sendErrors,
  };
}

export interface CpuCase {
  readonly streams: number;
  readonly redundancy: 'none' | 'burst';
  readonly end: 'send' | 'receive';
}

export function cpuRow(
  { streams, redundancy, end }: CpuCase,
  before: EngineUsage,
  after: EngineUsage,
  more: Row,
): Row {
  const seconds = (after.timeUs - before.timeUs) / 1e6;
  const cpuPercent = (after.processorNs - before.processorNs) / 1e7 / seconds;
  const perSecond = (name: 'packets' | 'ticks') => rounded((after[name] - before[name]) / seconds, 0);
  return {
    streams,
    end,
    redundancy,
    cpuPercentPerStream: rounded(cpuPercent / streams, 3),
    cpuPercent: rounded(cpuPercent, 2),
    packetsPerSecond: perSecond('packets'),
    ticksPerSecond: perSecond('ticks'),
    usPerPacket: rounded((cpuPercent * 1e4 * seconds) / (after.packets - before.packets), 2),
    seconds: rounded(seconds, 2),
    collectionsEngineThread: after.collections.otherThreads - before.collections.otherThreads,
    collectionsMainThread: after.collections.mainThread - before.collections.mainThread,
    memoryGrowthKiB: rounded((after.memoryBytes - before.memoryBytes) / 1024, 0),
    framesConcealed: end === 'receive' ? after.framesConcealed - before.framesConcealed : null,
    sendErrors: end === 'send' ? after.sendErrors - before.sendErrors : null,
    ...more,
  };
}
