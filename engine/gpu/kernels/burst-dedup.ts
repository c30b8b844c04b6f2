// A batch of parsed packets: which are new. The windows of the streams stay with whoever runs the job.
import { type Allocate, allocateOwn, groupsFor, KernelJob, type KernelSpec } from '../kernel-job.js';
import { DEDUP_PARAMS, PACKET_RECORD, STREAM_ENTRY, STREAM_HEAD } from '../layouts.js';
import { type StreamKey, StreamTable } from '../stream-table.js';

const GROUP = 64;
const TABLE_MIN = 64;
const PREPARE = 0;
const CLAIM = 1;
const SLIDE = 2;
const DECIDE = 3;

/** In the lowest byte of a verdict; the window's index is above. */
export const VERDICT = {
  first: 0,
  duplicate: 1,
  tooOld: 2,
  /** Rejected, a fragment, or of a base-only peer: others judge it. */
  notJudged: 3,
  /** Its stream has no window here: handed back. */
  noWindow: 4,
  /** The batch's table was too small: handed back, nothing has changed. */
  overflow: 5,
} as const;

export const BURST_DEDUP: KernelSpec = {
  stem: 'burst-dedup',
  buffers: [
    { name: 'params', use: 'params' },
    { name: 'records', use: 'input' },
    { name: 'streams', use: 'input' },
    { name: 'heads', use: 'state' },
    { name: 'windows', use: 'state' },
    { name: 'table', use: 'scratch' },
    { name: 'places', use: 'scratch' },
    { name: 'verdicts', use: 'output' },
    { name: 'summary', use: 'output' },
  ],
  passes: ['prepare', 'claim', 'slide', 'decide'],
};

export interface DedupSizes {
  readonly packetsMax: number;
  /** Entries of the stream table: a power of two, twice the streams or more. */
  readonly streamEntries: number;
  /** Sequence numbers remembered: a power of two, 32 or more. */
  readonly windowSize: number;
  /** Of the hashes: a number that strangers don't know. */
  readonly seed: number;
  /** The most entries of the batch's table; only tests make it smaller than twice the packets. */
  readonly tableMax?: number;
}

export class BurstDedupJob extends KernelJob {
  readonly table: StreamTable;
  count = 0;
  tableEntries = TABLE_MIN;
  private readonly tableMax: number;
  private streamsChanged = true;

  constructor(
    readonly sizes: DedupSizes,
    allocate: Allocate = allocateOwn,
  ) {
    const { packetsMax, streamEntries, windowSize } = sizes;
    const tableMax = sizes.tableMax ?? powerOfTwo(2 * packetsMax);
    const wordsMax = {
      params: DEDUP_PARAMS.words,
      records: packetsMax * PACKET_RECORD.words,
      streams: streamEntries * STREAM_ENTRY.words,
      heads: streamEntries * STREAM_HEAD.words,
      windows: (streamEntries * windowSize) / 32,
      table: tableMax,
      places: packetsMax,
      verdicts: packetsMax,
      summary: 1,
    };
    super(BURST_DEDUP, wordsMax, allocate);
    this.tableMax = tableMax;
    this.table = new StreamTable(this.memory.streams, sizes.seed);
  }

  /**
   * Gives a stream a window that knows these sequence numbers, `newest` the newest of them. Returns its index, or
   * -1 when the stream has to stay with its own. [engine-thread]
   */
  admit(key: StreamKey, newest: number, known: readonly number[] = []): number {
    const window = this.list(key);
    if (window >= 0) this.fillIn(window, newest, known);
    return window;
  }

  /** Lists a stream whose window another job of the same kernel fills in. [engine-thread] */
  list(key: StreamKey): number {
    const window = this.table.add(key);
    if (window >= 0) this.streamsChanged = true;
    return window;
  }

  /** What the window of a stream that is listed knows. [engine-thread] */
  fillIn(window: number, newest: number, known: readonly number[]): void {
    const { heads, windows } = this.memory;
    const words = this.sizes.windowSize / 32;
    const head = heads.subarray(window * STREAM_HEAD.words, (window + 1) * STREAM_HEAD.words);
    const bits = windows.subarray(window * words, (window + 1) * words);
    head.fill(newest);
    bits.fill(0);
    for (const sequence of [newest, ...known]) {
      const bit = sequence & (this.sizes.windowSize - 1);
      bits[bit >> 5] |= 1 << (bit & 31);
    }
    this.stateWrites.push({ buffer: 'heads', at: window * STREAM_HEAD.words, words: head });
    this.stateWrites.push({ buffer: 'windows', at: window * words, words: bits });
  }

  /** The stream has ended. [engine-thread] */
  forget(window: number): void {
    this.table.remove(window);
    this.streamsChanged = true;
  }

  /** Nobody has a window. [engine-thread] */
  forgetAll(): void {
    this.memory.streams.fill(0);
    this.streamsChanged = true;
    this.stateWrites.length = 0;
  }

  /** `count` packets whose records lie in `records`, or with `onDevice`, in a buffer lent by packet-parse. */
  finish(count: number, onDevice = false): void {
    const { memory, used, sizes } = this;
    const { streamEntries, windowSize } = sizes;
    this.count = count;
    this.tableEntries = Math.min(this.tableMax, Math.max(TABLE_MIN, powerOfTwo(2 * count)));
    memory.params[DEDUP_PARAMS.at.packetCount] = count;
    memory.params[DEDUP_PARAMS.at.streamMask] = streamEntries - 1;
    memory.params[DEDUP_PARAMS.at.windowMask] = windowSize - 1;
    memory.params[DEDUP_PARAMS.at.tableMask] = this.tableEntries - 1;
    memory.params[DEDUP_PARAMS.at.seed] = sizes.seed;
    used.records = onDevice ? 0 : count * PACKET_RECORD.words;
    used.streams = this.streamsChanged ? memory.streams.length : 0;
    this.streamsChanged = false;
    used.verdicts = count;
    used.summary = count > 0 ? 1 : 0;
    const packets = groupsFor(count, GROUP);
    this.setGroups(PREPARE, count > 0 ? groupsFor(Math.max(this.tableEntries, streamEntries), GROUP) : 0);
    this.setGroups(CLAIM, packets);
    this.setGroups(SLIDE, count > 0 ? groupsFor((streamEntries * windowSize) / 32, GROUP) : 0);
    this.setGroups(DECIDE, packets);
  }
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}
