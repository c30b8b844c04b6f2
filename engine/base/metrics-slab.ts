// The counters of the route, in memory that both threads see: written by the [engine-thread] without
// allocation, read by the [control-thread] whenever it composes a status. Doubles are exact to 2^53.
//
// Every column counts since the row was taken. The order of the columns is the order of the route.

/** Why a datagram was dropped before it reached a stream. The names appear in `status`. */
export const REJECT_REASONS = [
  'accepted',
  'tooShort',
  'tooLong',
  'notToast',
  'badVersion',
  'unknownType',
  'unsupported',
  'badLength',
  'badChecksum',
  'badExtension',
  'self',
  'otherSession',
  'badPayload',
  'badFragment',
  'streamLimit',
  'peerLimit',
  'rateLimit',
  'stale', // came while this engine stood still
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export const GLOBAL_COLUMNS = [
  'startedUs',
  'ticks',
  'heartbeatUs',
  'packetsReceived',
  'bytesReceived',
  'packetsSent',
  'bytesSent',
  'sendErrors',
  'receiveErrors',
  'discoveryDropped',
  'slotsLive',
  'realtimePriority',
  'tickMaxUs',
  // the GPU's part
  'gpuBatches',
  'gpuBatchesFailed', // sent, but the device was lost
  'gpuPacketsAsked', // datagrams that went up to be read
  'gpuPacketsUsed',
  'gpuPacketsLate', // not back when they were needed: read by the processor
  'gpuPacketsRefused', // never read, or what came back can't be true
  'gpuPacketsDirect', // read by the processor at once: nothing listens so late that there was time
  'gpuTextsUsed', // bodies of text that were decoded there
  'gpuTextsHandedBack', // with something in them that only the processor reads
  'gpuSeenAgreed', // first copy or duplicate: as the stream's own window said
  'gpuSeenDisputed', // that one counted: it knows what was restored, or read here
  'gpuSeenHandedBack', // not judged: no window there, or older than it
  // bytes that were copied on the way from the socket to playout, beside those received
  'bytesToBatch', // from the slab of the socket to where the GPU's thread finds them
  'bytesUnpacked', // PCM out of text, by the processor
  'bytesToJitter', // samples into jitter buffers
  'bytesToPlayout', // samples into playout rings
  'gpuWindowsAsked', // of the forward error correction: sent, because something could be restored
  'gpuWindowsUsed',
  'gpuWindowsLate', // due before they were back: done by the processor
  'gpuWindowsNeedless', // nothing came of them that was not known by then
  'gpuWindowsRefused', // never done, or what came back was no packet
  'gpuPacketsRecovered',
  'gpuGapsAsked', // gaps sent ahead of the time at which they are due
  'gpuGapsUsed',
  'gpuGapsLate', // due before their estimate was there: filled by the processor
  'gpuGapsNeedless', // closed by a packet meanwhile
  'gpuGapsRefused', // the estimate was no good, or was never made
  'gpuPiecesAsked', // of the resampler: sent as soon as their source was there
  'gpuPiecesUsed',
  'gpuPiecesLate', // due before they were back: made by the processor
  'gpuPiecesNeedless', // the stream had moved in another way
  'gpuPiecesRefused', // never made
] as const;

/** One row per remote (or local) stream: the route of its packets and frames. */
export const STREAM_COLUMNS = [
  'used', // 1 while the row belongs to a stream
  'kind', // packet type: 1 MIDI, 2 AUDIO
  'direction', // 0 received, 1 sent
  'slot', // for sent streams: the slot it comes from; for received local ones too; else -1
  'senderIdLow',
  'senderIdHigh',
  'channel',
  'epoch',
  'sampleRate',
  'channels',
  'firstPacketUs',
  'lastPacketUs',
  // packets
  'captured', // frames (audio) or events (MIDI) taken from the capture ring
  'packetized',
  'sent', // datagrams, copies included
  'received', // datagrams of this stream that passed verification
  'rejected', // of those: payload not usable
  'duplicates',
  'late', // arrived after their frames were played
  'accepted',
  'lost', // packets never seen when their frames were due
  'sequenceSpan', // packets that the sender numbered, from the first to the newest seen
  'packetsThemselves', // of those: came, not restored
  'repairPackets', // of the forward error correction, not among those received
  // frames (audio) or events (MIDI)
  'framesReceived',
  'framesRecovered', // exact, from a redundant copy
  'framesConcealed',
  'framesConcealedCheaply', // of those: for want of time or context
  'framesSilent',
  'framesPlayed',
  'eventsPlayed',
  'eventsLate', // played at once, after their frame
  'eventsDuplicate',
  'eventsStale', // older than one of the same note or controller that was played already
  'eventsHealed', // messages made from a state record
  'notesReleased', // note-offs made by the engine because a sender stopped
  'underruns',
  'overruns',
  'rateMismatch',
  'driftPpm',
  'latencyFrames', // from capture to playout, as planned
  'levelPeak', // linear, of the last interval
  'levelMeanSquare', // of what was played, the channels' mean; this and what follows: 0 while nobody measures it
  'levelLoudness', // mean squares behind the loudness filter, all channels, of the last 400 ms
  'levelBand1', // power in an octave each, the channels' mean; a full-scale sine has 1
  'levelBand2',
  'levelBand3',
  'levelBand4',
  'levelBand5',
  'levelBand6',
  'levelBand7',
  'levelBand8',
  'levelBand9',
  'bufferedFrames',
  'receiveLatencyMs', // the smallest that a listening plugin has chosen; 0 when none listens
  'timelineOffFrames', // from its place in the song, where it is wanted and can't be had
  'suggestedLatencyMs', // what nearly all packets would be in time for; 0 while unknown
] as const;

/** The middle of each band's octave. */
export const LEVEL_BANDS_HZ = [63, 125, 250, 500, 1000, 2000, 4000, 8000, 16_000] as const;

/** One row per sender heard, whatever it sends. */
export const PEER_COLUMNS = [
  'used',
  'senderIdLow',
  'senderIdHigh',
  'address', // IPv4, network order as a number
  'port',
  'baseOnly', // 1: packets without the extension block
  'firstSeenUs',
  'lastSeenUs',
  'packets',
  'clockOffsetUs', // its monotonic clock minus ours, from SYNC, one-way delay included
] as const;

/** Histograms of durations in microseconds, four buckets an octave. */
export const HISTOGRAMS = [
  'captureToSend', // process() began -> handed to the socket
  'captureToReceive', // capture time -> received; only meaningful where clocks are shared
  'receiveToPlayout', // received -> written to a playout ring
  'captureToPlayout', // capture time -> written to a playout ring; shared clocks only
  'midiCaptureToPlayout',
  'gpuPacketWait', // received -> read, of packets that went up, MIDI and audio
  'gpuRoundTrip', // a batch handed over -> taken by a later tick
] as const;

export const STREAM_ROWS = 256;
export const PEER_ROWS = 64;
export const HISTOGRAM_BUCKETS = 96;

export type GlobalColumn = (typeof GLOBAL_COLUMNS)[number];
export type StreamColumn = (typeof STREAM_COLUMNS)[number];
export type PeerColumn = (typeof PEER_COLUMNS)[number];
export type HistogramName = (typeof HISTOGRAMS)[number];

const indexOf = <T extends string>(names: readonly T[]): Readonly<Record<T, number>> =>
  Object.freeze(Object.fromEntries(names.map((name, index) => [name, index])) as Record<T, number>);

export const REJECT = indexOf(REJECT_REASONS);
export const GLOBAL = indexOf(GLOBAL_COLUMNS);
export const STREAM = indexOf(STREAM_COLUMNS);
export const PEER = indexOf(PEER_COLUMNS);
export const HISTOGRAM = indexOf(HISTOGRAMS);

const REJECT_AT = GLOBAL_COLUMNS.length;
const STREAMS_AT = REJECT_AT + REJECT_REASONS.length;
const PEERS_AT = STREAMS_AT + STREAM_ROWS * STREAM_COLUMNS.length;
const HISTOGRAMS_AT = PEERS_AT + PEER_ROWS * PEER_COLUMNS.length;
const ENDED_AT = HISTOGRAMS_AT + HISTOGRAMS.length * HISTOGRAM_BUCKETS;
const CELLS = ENDED_AT + 4 * STREAM_COLUMNS.length;

/** Columns that say what a stream is, not how much it carried: never added up. */
const DESCRIPTIVE_COLUMNS = 12;
const NOT_ADDED: ReadonlySet<number> = new Set([
  STREAM.driftPpm,
  STREAM.latencyFrames,
  STREAM.levelPeak,
  STREAM.levelMeanSquare,
  STREAM.levelLoudness,
  ...LEVEL_BANDS_HZ.map((_, band) => STREAM.levelBand1 + band),
  STREAM.bufferedFrames,
  STREAM.receiveLatencyMs,
  STREAM.suggestedLatencyMs,
  STREAM.timelineOffFrames,
]);

/** Lower edge of a bucket in microseconds. */
export function bucketFloorUs(bucket: number): number {
  return 2 ** (bucket / 4);
}

export class MetricsSlab {
  readonly cells: Float64Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(CELLS * 8)) {
    this.cells = new Float64Array(memory);
  }

  /** [engine-thread] */
  addGlobal(column: number, amount: number): void {
    this.cells[column] += amount;
  }
  setGlobal(column: number, value: number): void {
    this.cells[column] = value;
  }
  global(column: number): number {
    return this.cells[column];
  }

  countReject(reason: number): void {
    this.cells[REJECT_AT + reason]++;
  }
  rejects(reason: number): number {
    return this.cells[REJECT_AT + reason];
  }

  /** Index of a stream row's first cell, for `cells[row + STREAM.x]`; -1 when all rows are taken. */
  takeStreamRow(): number {
    return this.takeRow(STREAMS_AT, STREAM_ROWS, STREAM_COLUMNS.length);
  }
  /** A stream ended: its counters live on in the sums of its kind. [engine-thread] */
  retireStreamRow(row: number): void {
    if (row < 0) return;
    const sums = this.endedRow(this.cells[row + STREAM.kind], this.cells[row + STREAM.direction]);
    for (let column = DESCRIPTIVE_COLUMNS; column < STREAM_COLUMNS.length; column++) {
      if (!NOT_ADDED.has(column)) this.cells[sums + column] += this.cells[row + column];
    }
    this.releaseRow(row);
  }

  /** Row that holds the sums of all ended streams of a kind (1 MIDI, 2 AUDIO) and direction (0 in, 1 out). */
  endedRow(kind: number, direction: number): number {
    return ENDED_AT + ((kind === 2 ? 2 : 0) + direction) * STREAM_COLUMNS.length;
  }

  releaseRow(row: number): void {
    if (row >= 0) this.cells[row] = 0;
  }
  takePeerRow(): number {
    return this.takeRow(PEERS_AT, PEER_ROWS, PEER_COLUMNS.length);
  }

  /** [control-thread] Row starts of the streams in use. */
  streamRows(): number[] {
    return this.usedRows(STREAMS_AT, STREAM_ROWS, STREAM_COLUMNS.length);
  }
  peerRows(): number[] {
    return this.usedRows(PEERS_AT, PEER_ROWS, PEER_COLUMNS.length);
  }

  /** [engine-thread] */
  recordUs(histogram: number, durationUs: number): void {
    const bucket =
      durationUs <= 1 ? 0 : Math.min(HISTOGRAM_BUCKETS - 1, Math.floor(4 * Math.log2(durationUs)));
    this.cells[HISTOGRAMS_AT + histogram * HISTOGRAM_BUCKETS + bucket]++;
  }

  /** [control-thread] Upper edge, in microseconds, of the bucket that holds the given share; NaN when empty. */
  percentileUs(histogram: number, share: number): number {
    const start = HISTOGRAMS_AT + histogram * HISTOGRAM_BUCKETS;
    let total = 0;
    for (let i = 0; i < HISTOGRAM_BUCKETS; i++) total += this.cells[start + i];
    if (total === 0) return Number.NaN;
    let seen = 0;
    for (let i = 0; i < HISTOGRAM_BUCKETS; i++) {
      seen += this.cells[start + i];
      if (seen >= share * total) return bucketFloorUs(i + 1);
    }
    return bucketFloorUs(HISTOGRAM_BUCKETS);
  }

  private takeRow(start: number, rows: number, width: number): number {
    for (let i = 0; i < rows; i++) {
      const row = start + i * width;
      if (this.cells[row] !== 0) continue;
      this.cells.fill(0, row, row + width);
      this.cells[row] = 1;
      return row;
    }
    return -1;
  }

  private usedRows(start: number, rows: number, width: number): number[] {
    const used: number[] = [];
    for (let i = 0; i < rows; i++) if (this.cells[start + i * width] !== 0) used.push(start + i * width);
    return used;
  }
}
