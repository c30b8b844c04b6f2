// What a kernel is measured with: one batch of any size, filled alike for the GPU and for the twin.
import type { KernelJob } from '../../engine/gpu/kernel-job.js';

export interface Case {
  readonly job: KernelJob;
  /** The twin's own, filled alike. */
  readonly twinJob: KernelJob;
  runTwin(): void;
}

export interface Workload {
  readonly stem: string;
  /** What `size` counts. */
  readonly unit: string;
  readonly sizes: readonly number[];
  make(size: number): Case;
}

/** A case from a maker of jobs, a twin and a filler, with the types that go together. */
export function caseOf<Job extends KernelJob>(
  make: () => Job,
  twin: { run(job: Job): void },
  fill: (job: Job) => void,
): Case {
  const job = make();
  const twinJob = make();
  fill(job);
  fill(twinJob);
  return { job, twinJob, runTwin: () => twin.run(twinJob) };
}

/** Mulberry32: the same numbers everywhere. */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
