// How long a batch will take, learned from batches that were polled for from the start: polling costs a core, sleeping
// too long costs latency. Each kernel has its own price for a workgroup.
import type { KernelJob } from '../kernel-job.js';

/** Of what is new. A thread that did not get its core says nothing about the kernels: what is shorter is believed. */
const LEARN_LONGER = 0.12;
const LEARN_SHORTER = 0.5;
const RATIO_MAX = 5;
/** So often a kernel was polled for before anybody sleeps. */
const KNOWN_AFTER = 4;
/** Sleeping instead of polling for the result pays from here on. */
const SLEEP_MS_MIN = 2;
const SLEEP_SHARE = 0.6;
/** Whatever was learned: nobody waits for a batch much longer. */
const SLEEP_MS_MAX = 5;
/** Of those that could be slept through, one of so many is polled for: it is what is learned from. */
const POLLED_EVERY = 16;

class Price {
  ms = 0;
  seen = 0;
}

export class ExpectedTime {
  /** By stem, for a workgroup. */
  private readonly prices = new Map<string, Price>();
  private sincePolled = 0;

  /** For so long it need not be polled for; 0: it is, and how long it took is to be learned. [gpu-thread] */
  napMs(jobs: readonly KernelJob[]): number {
    const ms = Math.min(SLEEP_MS_MAX, Math.floor(SLEEP_SHARE * this.ofMs(jobs)));
    if (ms < SLEEP_MS_MIN) return 0;
    for (const { spec } of jobs) if (this.priceOf(spec.stem).seen < KNOWN_AFTER) return 0;
    if (++this.sincePolled < POLLED_EVERY) return ms;
    this.sincePolled = 0;
    return 0;
  }

  /** 0 while any of the kernels is new. [gpu-thread] */
  ofMs(jobs: readonly KernelJob[]): number {
    let sum = 0;
    for (const job of jobs) {
      const { ms, seen } = this.priceOf(job.spec.stem);
      if (seen === 0) return 0;
      sum += ms * groupsOf(job);
    }
    return sum;
  }

  /** A batch took so long: all its kernels are taken to be off by the same share. [gpu-thread] */
  learn(jobs: readonly KernelJob[], tookMs: number): void {
    const expectedMs = this.ofMs(jobs);
    const groups = jobs.reduce((sum, job) => sum + groupsOf(job), 0);
    if (groups === 0) return;
    const off = Math.min(RATIO_MAX, tookMs / expectedMs) - 1;
    for (const { spec } of jobs) {
      const price = this.priceOf(spec.stem);
      if (price.seen === 0 || expectedMs === 0) price.ms = tookMs / groups;
      else price.ms *= 1 + (off < 0 ? LEARN_SHORTER : LEARN_LONGER) * off;
      price.seen++;
    }
  }

  private priceOf(stem: string): Price {
    let price = this.prices.get(stem);
    if (price === undefined) {
      price = new Price();
      this.prices.set(stem, price);
    }
    return price;
  }
}

function groupsOf({ groups }: KernelJob): number {
  let sum = 0;
  for (let i = 0; i < groups.length; i += 3) sum += groups[i] * groups[i + 1] * groups[i + 2];
  return sum;
}
