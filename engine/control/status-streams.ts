// The stream rows of the metrics slab as the status document shows them.
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { PACKET_TYPE } from '../toast/types.js';
import { senderText } from './peer-directory.js';
import type { ReceivedStream, SentStream, StreamStatus } from './status-document.js';

type Cell = (column: number) => number;

/** Sent streams first, then received ones, each by channel: the order of the route. [control-thread] */
export function composeStreams(
  metrics: MetricsSlab,
  senderName: (id: string) => string,
  nowUs: number,
): StreamStatus[] {
  const streams = metrics.streamRows().map((row): StreamStatus => {
    const cell: Cell = (column) => metrics.cells[row + column];
    return cell(STREAM.direction) === 1 ? sentStream(cell) : receivedStream(cell, senderName, nowUs);
  });
  return streams.sort((a, b) => order(a) - order(b));
}

const order = (s: StreamStatus): number =>
  (s.direction === 'sent' ? 0 : 1000) + s.channel * 2 + (s.kind === 'audio' ? 0 : 1);

function identity(cell: Cell) {
  return {
    kind: cell(STREAM.kind) === PACKET_TYPE.midi ? ('midi' as const) : ('audio' as const),
    channel: cell(STREAM.channel),
    slot: cell(STREAM.slot),
    sampleRate: cell(STREAM.sampleRate),
    channels: cell(STREAM.channels),
  };
}

function sentStream(cell: Cell): SentStream {
  return {
    direction: 'sent',
    ...identity(cell),
    captured: cell(STREAM.captured),
    packetized: cell(STREAM.packetized),
    sent: cell(STREAM.sent),
    overruns: cell(STREAM.overruns),
    levelDb: decibels(cell(STREAM.levelPeak)),
  };
}

function receivedStream(cell: Cell, senderName: (id: string) => string, nowUs: number): ReceivedStream {
  const sender = senderText(cell(STREAM.senderIdLow), cell(STREAM.senderIdHigh));
  const midi = cell(STREAM.kind) === PACKET_TYPE.midi;
  return {
    direction: 'received',
    ...identity(cell),
    sender,
    senderName: senderName(sender),
    epoch: cell(STREAM.epoch),
    received: cell(STREAM.received),
    rejected: cell(STREAM.rejected),
    duplicates: cell(STREAM.duplicates),
    late: cell(STREAM.late),
    accepted: cell(STREAM.accepted),
    lost: cell(STREAM.lost),
    framesReceived: cell(STREAM.framesReceived),
    recovered: cell(STREAM.framesRecovered),
    concealed: cell(STREAM.framesConcealed),
    silent: cell(STREAM.framesSilent),
    played: cell(midi ? STREAM.eventsPlayed : STREAM.framesPlayed),
    eventsLate: cell(STREAM.eventsLate),
    eventsDuplicate: cell(STREAM.eventsDuplicate),
    notesReleased: cell(STREAM.notesReleased),
    underruns: cell(STREAM.underruns),
    overruns: cell(STREAM.overruns),
    rateMismatch: cell(STREAM.rateMismatch) !== 0,
    driftPpm: Math.round(cell(STREAM.driftPpm) * 1000) / 1000,
    latencyFrames: cell(STREAM.latencyFrames),
    bufferedFrames: cell(STREAM.bufferedFrames),
    silentMs: Math.max(0, Math.round((nowUs - cell(STREAM.lastPacketUs)) / 1000)),
    levelDb: decibels(cell(STREAM.levelPeak)),
  };
}

function decibels(peak: number): number | null {
  return peak > 0 && Number.isFinite(peak) ? Math.round(200 * Math.log10(peak)) / 10 : null;
}
