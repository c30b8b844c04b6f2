// What one run of one system gives, whichever way it was played.
import { processTimeNs } from '../cpu/process-time.js';
import type { LineCounts } from './loss-trace.js';
import type { NoteFindings } from './notes.js';
import type { SoundFindings } from './sound.js';

export interface RunResult {
  /** Periods of JACK, or blocks of our hosts, that came late: such a run says nothing about the system. */
  readonly late: number;
  readonly line: LineCounts;
  readonly seconds: number;
  /** Of one core, while it played. */
  readonly cpuSendPercent: number;
  readonly cpuReceivePercent: number;
  readonly sound?: SoundFindings;
  readonly notes?: NoteFindings;
}

/** Silence before the piece, with everything connected. */
export const SETTLE_SECONDS = 1.5;
/** Recorded after the piece: what is late still comes, and notes that hang are told from long ones. */
export const TAIL_SECONDS = 1.5;
/** The piece's first moments are not judged: the loss begins with them. */
export const SKIP_SECONDS = 0.5;

/** Shares of a core that groups of processes take from now on. */
export class ProcessorMeter {
  private readonly startMs = performance.now();
  private readonly before: readonly number[];

  constructor(private readonly groups: readonly (readonly number[])[]) {
    this.before = groups.map(totalNs);
  }

  /** In percent, group by group. */
  read(): number[] {
    const passedNs = (performance.now() - this.startMs) * 1e6;
    return this.groups.map((pids, index) => (100 * (totalNs(pids) - this.before[index])) / passedNs);
  }
}

function totalNs(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + processTimeNs(pid), 0);
}
