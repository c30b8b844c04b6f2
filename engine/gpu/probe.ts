// Looks at the GPU from outside: a child process does it, and may crash.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
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
export async function probeGpu(
  mode: ProbeMode,
  adapterName: string,
  signal?: AbortSignal,
): Promise<ProbeReport | string> {
  try {
    const said = openUnnamedFile();
    try {
      const [code, by] = await runChild([mode, adapterName], said, signal);
      return readReport(readWhole(said), code, by);
    } finally {
      closeSync(said);
    }
  } catch (error) {
    return `the GPU could not be looked at: ${(error as Error).message}`;
  }
}

/** Resolves to its exit code or the signal that ended it. */
function runChild(
  args: string[],
  said: number,
  signal: AbortSignal | undefined,
): Promise<[number | null, string | null]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', said, 'ignore'] });
    const end = () => child.kill('SIGKILL');
    const late = setTimeout(end, PROBE_MS_MAX);
    signal?.addEventListener('abort', end, { once: true });
    const over = () => {
      clearTimeout(late);
      signal?.removeEventListener('abort', end);
    };
    child.once('spawn', () => lowerPriority(child.pid));
    child.once('error', (error) => {
      over();
      reject(error);
    });
    child.once('exit', (code, by) => {
      over();
      resolve([code, by]);
    });
  });
}

/** For what the child says: Node's pipes to children are stream sockets, and an engine has none. */
function openUnnamedFile(): number {
  const path = join(tmpdir(), `jambridge-probe-${randomUUID()}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}

function readWhole(descriptor: number): string {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  readSync(descriptor, bytes, 0, bytes.length, 0);
  return bytes.toString();
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
