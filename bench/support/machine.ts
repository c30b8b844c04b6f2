// The machine that the figures were taken on, and how busy it was: figures of a loaded machine mean little.
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly system: string;
  readonly kernel: string;
  readonly node: string;
  /** Before the benchmark began: over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${process.platform} ${process.arch}`,
    kernel: release(),
    node: process.version,
    load: loadavg().map((value) => Number(value.toFixed(2))),
  };
}

/** What a human should know before believing the figures; '' when all is well. */
export function loadWarning({ load, cores }: Machine): string {
  if (load[0] <= cores * 0.75) return '';
  return `the machine is busy (load ${load[0]} on ${cores} cores): the figures will be worse than they should be`;
}
