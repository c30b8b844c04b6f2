// The stream rows of the metrics slab as the status document shows them.
import { LEVEL_BANDS_HZ, type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { loudness } from '../gpu/k-weighting.js';
import { PACKET_TYPE } from '../toast/types.js';
import { senderText } from './peer-directory.js';
import type {
  ReceivedCounters,
  ReceivedStream,
  SentCounters,
  SentStream,
  StatusDocument,
  StreamStatus,
} from './status-document.js';

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
    ...sentCounters(cell),
    levelDb: decibels(cell(STREAM.levelPeak)),
  };
}

function sentCounters(cell: Cell): SentCounters {
  return {
    captured: cell(STREAM.captured),
    packetized: cell(STREAM.packetized),
    sent: cell(STREAM.sent),
    overruns: cell(STREAM.overruns),
  };
}

function receivedStream(cell: Cell, senderName: (id: string) => string, nowUs: number): ReceivedStream {
  const sender = senderText(cell(STREAM.senderIdLow), cell(STREAM.senderIdHigh));
  const named = identity(cell);
  return {
    direction: 'received',
    ...named,
    sender,
    senderName: senderName(sender),
    epoch: cell(STREAM.epoch),
    ...receivedCounters(cell, named.kind),
    rateMismatch: cell(STREAM.rateMismatch) !== 0,
    driftPpm: Math.round(cell(STREAM.driftPpm) * 1000) / 1000,
    latencyFrames: cell(STREAM.latencyFrames),
    suggestedLatencyMs: cell(STREAM.suggestedLatencyMs) || null,
    bufferedFrames: cell(STREAM.bufferedFrames),
    silentMs: Math.max(0, Math.round((nowUs - cell(STREAM.lastPacketUs)) / 1000)),
    ...levels(cell),
  };
}

function levels(cell: Cell): Pick<ReceivedStream, 'levelDb' | 'levelRmsDb' | 'loudnessLufs' | 'bandsDb'> {
  const rms = decibels(Math.sqrt(cell(STREAM.levelMeanSquare)));
  const loud = cell(STREAM.levelLoudness);
  return {
    levelDb: decibels(cell(STREAM.levelPeak)),
    levelRmsDb: rms,
    loudnessLufs: loud > 0 ? Math.round(10 * loudness([loud])) / 10 : null,
    bandsDb:
      rms === null
        ? null
        : LEVEL_BANDS_HZ.map((_, band) => decibels(Math.sqrt(cell(STREAM.levelBand1 + band)))),
  };
}

function receivedCounters(cell: Cell, kind: 'audio' | 'midi'): ReceivedCounters {
  return {
    received: cell(STREAM.received),
    rejected: cell(STREAM.rejected),
    duplicates: cell(STREAM.duplicates),
    late: cell(STREAM.late),
    accepted: cell(STREAM.accepted),
    lost: cell(STREAM.lost),
    framesReceived: cell(STREAM.framesReceived),
    recovered: cell(STREAM.framesRecovered),
    concealed: cell(STREAM.framesConcealed),
    concealedCheaply: cell(STREAM.framesConcealedCheaply),
    silent: cell(STREAM.framesSilent),
    played: cell(kind === 'midi' ? STREAM.eventsPlayed : STREAM.framesPlayed),
    eventsLate: cell(STREAM.eventsLate),
    eventsDuplicate: cell(STREAM.eventsDuplicate),
    notesReleased: cell(STREAM.notesReleased),
    underruns: cell(STREAM.underruns),
    overruns: cell(STREAM.overruns),
  };
}

/** What the streams that are no more have counted. [control-thread] */
export function composeEnded(metrics: MetricsSlab): StatusDocument['ended'] {
  const row = (kind: number, direction: number): Cell => {
    const start = metrics.endedRow(kind, direction);
    return (column) => metrics.cells[start + column];
  };
  const { audio, midi } = PACKET_TYPE;
  return {
    sent: { audio: sentCounters(row(audio, 1)), midi: sentCounters(row(midi, 1)) },
    received: {
      audio: receivedCounters(row(audio, 0), 'audio'),
      midi: receivedCounters(row(midi, 0), 'midi'),
    },
  };
}

function decibels(peak: number): number | null {
  return peak > 0 && Number.isFinite(peak) ? Math.round(200 * Math.log10(peak)) / 10 : null;
}
