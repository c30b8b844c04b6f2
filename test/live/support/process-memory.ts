// Memory of a process, as the kernel counts it.
import { readFileSync } from 'node:fs';

/** Anonymous memory in bytes: what it allocated, not shared memory nor files. NaN when it has ended. */
export function privateBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
  } catch {
    return Number.NaN;
  }
}

/** Looks again and again until the process ends, or stop(). */
export class MemoryWatch {
  private readonly samples: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(pid: number, everyMs = 100) {
    this.timer = setInterval(() => {
      const bytes = privateBytes(pid);
      if (Number.isNaN(bytes)) clearInterval(this.timer);
      else this.samples.push(bytes);
    }, everyMs);
  }

  /** Largest of the second quarter of the samples, largest of the last one: the first is for warming up. */
  stop(): { earlyBytes: number; lateBytes: number } {
    clearInterval(this.timer);
    const quarter = Math.floor(this.samples.length / 4);
    return {
      earlyBytes: Math.max(...this.samples.slice(quarter, 2 * quarter)),
      lateBytes: Math.max(...this.samples.slice(3 * quarter)),
    };
  }
}
