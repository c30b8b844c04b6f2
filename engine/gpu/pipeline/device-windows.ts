// Which streams have a window on the device, and what it knew when it began. Every job has a table of its own, which
// goes up with it; all of them hear of the same changes in the same order, so that a stream has the same place in
// all.
import type { SequenceWindow } from '../../dedup/sequence-window.js';
import type { RemoteSource } from '../../path/remote-source.js';
import { PACKET_TYPE } from '../../toast/types.js';
import type { BurstDedupJob } from '../kernels/burst-dedup.js';
import type { StreamKey } from '../stream-table.js';

/** Windows that one batch fills in: each takes two of the writes that a batch has room for. */
const FILLED_PER_BATCH = 16;

interface Change {
  readonly key: StreamKey;
  readonly begins: boolean;
}

interface Listed {
  readonly key: StreamKey;
  readonly window: SequenceWindow;
}

export class DeviceWindows {
  private readonly listed = new Map<SequenceWindow, Listed>();
  private changes: Change[] = [];
  /** How many of the changes each job has heard of. */
  private readonly heard: Int32Array;
  private unfilled: Listed[] = [];

  constructor(private readonly jobs: readonly BurstDedupJob[]) {
    this.heard = new Int32Array(jobs.length);
  }

  /** A device that knows nothing. No job may be under way. [engine-thread] */
  forgetAll(): void {
    this.listed.clear();
    this.changes.length = 0;
    this.unfilled.length = 0;
    this.heard.fill(0);
    for (const job of this.jobs) job.forgetAll();
  }

  /** Streams that began and ended since. Rare, and may allocate. [engine-thread] */
  follow(sources: readonly RemoteSource[]): void {
    for (const [window, { key }] of this.listed) {
      if (sources.some(({ audio, midi }) => audio?.window === window || midi?.packets === window)) continue;
      this.listed.delete(window);
      this.unfilled = this.unfilled.filter((one) => one.window !== window);
      this.changes.push({ key, begins: false });
    }
    for (const source of sources) {
      if (source.originSlot >= 0 || source.baseOnly) continue;
      if (source.audio !== null) this.list(source, PACKET_TYPE.audio, source.audio.window);
      if (source.midi !== null) this.list(source, PACKET_TYPE.midi, source.midi.packets);
    }
  }

  private list(source: RemoteSource, type: number, window: SequenceWindow): void {
    if (this.listed.has(window) || Number.isNaN(window.newestSeen)) return;
    const { senderIdLow, senderIdHigh, epoch, channel } = source;
    const one = { key: { type, streamId: channel, senderIdLow, senderIdHigh, epoch }, window };
    this.listed.set(window, one);
    this.unfilled.push(one);
    this.changes.push({ key: one.key, begins: true });
  }

  /** Brings the table of a job up to date that nobody else works on. [engine-thread] */
  tell(index: number): void {
    const job = this.jobs[index];
    for (let i = this.heard[index]; i < this.changes.length; i++) {
      const { key, begins } = this.changes[i];
      if (begins) job.list(key);
      else {
        const place = placeOf(job, key);
        if (place >= 0) job.forget(place);
      }
    }
    this.heard[index] = this.changes.length;
    if (this.changes.length === 0 || this.heard.some((count) => count < this.changes.length)) return;
    this.changes = [];
    this.heard.fill(0);
  }

  /** Windows that begin go up with this job, which is the next to be posted. [engine-thread] */
  fillIn(index: number): void {
    const job = this.jobs[index];
    for (const { key, window } of this.unfilled.splice(0, FILLED_PER_BATCH)) {
      const place = placeOf(job, key);
      if (place >= 0) job.fillIn(place, window.newestSeen, seenBefore(window, job.sizes.windowSize));
    }
  }
}

function placeOf({ table }: BurstDedupJob, key: StreamKey): number {
  return table.find(key.type | (key.streamId << 8), key.senderIdLow, key.senderIdHigh, key.epoch);
}

function seenBefore(window: SequenceWindow, size: number): number[] {
  const seen: number[] = [];
  const newest = window.newestSeen;
  for (let back = 1; back < size; back++) {
    const sequence = (newest - back) >>> 0;
    if (window.has(sequence)) seen.push(sequence);
  }
  return seen;
}
