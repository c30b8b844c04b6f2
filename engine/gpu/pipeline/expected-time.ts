// How long a batch will take, learned from batches that were polled for from the start: polling costs a core, sleeping
// too long costs latency. Each kernel has its own price for a workgroup.
import type { KernelJob } from '../kernel-job.js';

/** Of what is new. */
const LEARN = 0.25;
/** A thread that did not get its core says nothing about the kernels. */
const RATIO_MAX = 5;

export class ExpectedTime {
  /** By stem, in the mean of late. */
  private readonly msPerGroup = new Map<string, number>();

  /** 0 while any of the kernels is new. [gpu-thread] */
  ofMs(jobs: readonly KernelJob[]): number {
    let sum = 0;
    for (const job of jobs) {
      const each = this.msPerGroup.get(job.spec.stem);
      if (each === undefined) return 0;
      sum += each * groupsOf(job);
    }
    return sum;
  }

  /** A batch took so long: all its kernels are taken to be off by the same share. [gpu-thread] */
  learn(jobs: readonly KernelJob[], tookMs: number): void {
    const expectedMs = this.ofMs(jobs);
    const groups = jobs.reduce((sum, job) => sum + groupsOf(job), 0);
    if (groups === 0) return;
    for (const { spec } of jobs) {
      const each = this.msPerGroup.get(spec.stem);
      if (each === undefined || expectedMs === 0) this.msPerGroup.set(spec.stem, tookMs / groups);
      else
        this.msPerGroup.set(spec.stem, each * (1 + LEARN * (Math.min(RATIO_MAX, tookMs / expectedMs) - 1)));
    }
  }
}

function groupsOf({ groups }: KernelJob): number {
  let sum = 0;
  for (let i = 0; i < groups.length; i += 3) sum += groups[i] * groups[i + 1] * groups[i + 2];
  return sum;
}
