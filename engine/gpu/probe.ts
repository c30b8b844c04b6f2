// Looks at the GPU from outside: a child process does it, and may crash.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';
import type { ProbeReport } from './probe-report.js';

const CHILD = join(PACKAGE_ROOT, 'dist/engine/gpu/probe-child.js');
const PROBE_MS_MAX = 60_000;
/** Music has precedence. */
const NICE = 10;

/** `measure-hardware`: costs are measured unless the adapter is software. */
export type ProbeMode = 'look' | 'measure' | 'measure-hardware';

/** What there is, or in words why there is nothing. Never throws. [control-thread] */
export function probeGpu(
  mode: ProbeMode,
  adapterName: string,
  signal?: AbortSignal,
): Promise<ProbeReport | string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, mode, adapterName], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    const late = setTimeout(() => child.kill('SIGKILL'), PROBE_MS_MAX);
    const end = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', end, { once: true });
    const done = (found: ProbeReport | string) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', end);
      resolve(found);
    };
    child.once('spawn', () => lowerPriority(child.pid));
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.once('error', (error) => done(`the GPU could not be looked at: ${error.message}`));
    child.once('close', (code, by) => done(readReport(output, code, by)));
  });
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It is over already.
  }
}

function readReport(output: string, code: number | null, signal: string | null): ProbeReport | string {
  if (signal !== null) return `the driver crashed when it was tried (${signal})`;
  try {
    const report = JSON.parse(output) as ProbeReport | { none: string };
    return 'none' in report ? report.none : report;
  } catch {
    return `the driver failed when it was tried (code ${code})`;
  }
}
