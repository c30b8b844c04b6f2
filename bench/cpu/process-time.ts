// Processor time of another process, from what the kernel says of its threads.
import { readdirSync, readFileSync } from 'node:fs';

/** The clock tick of /proc/PID/stat: 1/100 s on every Linux that Node runs on. */
const TICK_NS = 1e7;

/** Nanoseconds that all threads of the process have run, the ended ones of a fallback included. */
export function processTimeNs(pid: number): number {
  const scheduled = threadIds(pid).map((thread) =>
    threadTimeNs(readText(`/proc/${pid}/task/${thread}/schedstat`)),
  );
  const totalNs = scheduled.reduce((total, ns) => total + ns, 0);
  return totalNs > 0 ? totalNs : statTimeNs(readText(`/proc/${pid}/stat`));
}

/** The first number of schedstat: time on a processor; 0 where the kernel keeps none. */
export function threadTimeNs(schedstat: string): number {
  const ns = Number(schedstat.split(' ')[0]);
  return Number.isFinite(ns) ? ns : 0;
}

/** Fields 14 and 15 of stat, user and system time; the process's name before them may hold anything. */
export function statTimeNs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * TICK_NS : 0;
}

function threadIds(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** '' for what is gone meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
