// The twin of shaders/burst-dedup.wgsl. It judges as the kernel does, by the windows as they were before the batch:
// the same as engine/dedup's window does packet by packet, as long as a batch doesn't reach further than a window.
import { type BurstDedupJob, VERDICT } from '../kernels/burst-dedup.js';
import { PACKET_RECORD, STREAM_HEAD } from '../layouts.js';

const AT = PACKET_RECORD.at;
const WORDS = PACKET_RECORD.words;
const HEAD = STREAM_HEAD.at;
const EXTENSION = 1 << 17;
const WHOLE = 1 << 16;
const PENDING = 255;
const TWO_32 = 4294967296;

export class BurstDedupTwin {
  /** Key of a packet among the batch's new ones -> its lowest index. */
  private readonly seen = new Map<number, number>();
  private heads: Int32Array = new Int32Array(0);

  /** [engine-thread] */
  run(job: BurstDedupJob): void {
    const { count, memory } = job;
    if (count === 0) return;
    const { verdicts, windows } = memory;
    const { windowSize, streamEntries } = job.sizes;
    this.heads = new Int32Array(memory.heads.buffer, memory.heads.byteOffset, memory.heads.length);
    this.seen.clear();
    const { heads, seen } = this;
    for (let w = 0; w < streamEntries; w++) {
      const at = w * STREAM_HEAD.words;
      heads[at + HEAD.newest] = heads[at + HEAD.next];
      heads[at + HEAD.reach] = 0;
    }
    let pending = 0;
    for (let i = 0; i < count; i++) {
      verdicts[i] = this.firstLook(job, i);
      if ((verdicts[i] & 255) === PENDING) pending++;
    }
    const overflow = seen.size > job.tableEntries;
    memory.summary[0] = overflow ? 1 : 0;
    if (!overflow) this.slide(windows, streamEntries, windowSize);
    for (let i = 0; i < count && pending > 0; i++) {
      if ((verdicts[i] & 255) !== PENDING) continue;
      pending--;
      this.decide(job, i, overflow);
    }
  }

  private firstLook(job: BurstDedupJob, i: number): number {
    const { records } = job.memory;
    const at = i * WORDS;
    const kind = records[at + AT.kind];
    if (kind >>> 24 !== 0 || (kind & EXTENSION) === 0 || records[at + AT.fragment] !== WHOLE) {
      return VERDICT.notJudged;
    }
    const channel = (kind & 255) | (records[at + AT.streamId] << 8);
    const low = records[at + AT.senderIdLow];
    const high = records[at + AT.senderIdHigh];
    const window = job.table.find(channel, low, high, records[at + AT.epoch]);
    if (window < 0) return VERDICT.noWindow;
    const sequence = records[at + AT.sequence];
    const head = window * STREAM_HEAD.words;
    const ahead = (sequence - this.heads[head + HEAD.newest]) | 0;
    const { windowSize } = job.sizes;
    if (ahead <= 0) {
      if (ahead + windowSize <= 0) return (VERDICT.tooOld | (window << 8)) >>> 0;
      const bit = sequence & (windowSize - 1);
      const word = job.memory.windows[(window * windowSize) / 32 + (bit >> 5)];
      if ((word & (1 << (bit & 31))) !== 0) return (VERDICT.duplicate | (window << 8)) >>> 0;
    }
    const key = window * TWO_32 + sequence;
    if (!this.seen.has(key)) this.seen.set(key, i);
    if (ahead > this.heads[head + HEAD.reach]) this.heads[head + HEAD.reach] = ahead;
    return (PENDING | (window << 8)) >>> 0;
  }

  private slide(windows: Uint32Array, streamEntries: number, windowSize: number): void {
    const { heads } = this;
    for (let w = 0; w < streamEntries; w++) {
      const at = w * STREAM_HEAD.words;
      const reach = heads[at + HEAD.reach];
      const newest = heads[at + HEAD.newest];
      heads[at + HEAD.next] = newest + reach;
      const first = (w * windowSize) / 32;
      if (reach >= windowSize) windows.fill(0, first, first + windowSize / 32);
      else {
        for (let k = 1; k <= reach; k++) {
          const bit = (newest + k) & (windowSize - 1);
          windows[first + (bit >> 5)] &= ~(1 << (bit & 31));
        }
      }
    }
  }

  private decide(job: BurstDedupJob, i: number, overflow: boolean): void {
    const { verdicts, records, windows } = job.memory;
    const window = verdicts[i] >>> 8;
    const sequence = records[i * WORDS + AT.sequence];
    const first = this.seen.get(window * TWO_32 + sequence) === i;
    const verdict = overflow ? VERDICT.overflow : first ? VERDICT.first : VERDICT.duplicate;
    verdicts[i] = (verdict | (window << 8)) >>> 0;
    if (overflow || !first) return;
    const { windowSize } = job.sizes;
    const behind = (this.heads[window * STREAM_HEAD.words + HEAD.next] - sequence) | 0;
    if (behind >= windowSize) return;
    const bit = sequence & (windowSize - 1);
    windows[(window * windowSize) / 32 + (bit >> 5)] |= 1 << (bit & 31);
  }
}
