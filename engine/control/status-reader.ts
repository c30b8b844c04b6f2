// The engine as other processes see it: who holds its role, whether it lives, what it says.
import { LAYOUT, nowUs, openSegment, processAlive, type Segment } from '../../bridge/index.js';
import { StatusArea } from './status-area.js';
import type { StatusDocument } from './status-document.js';

/** Plugins go silent when the heartbeat is older than this. */
export const HEARTBEAT_FRESH_MS = 500;

export interface EngineRole {
  readonly state: 'free' | 'claiming' | 'live' | 'unknown';
  readonly pid: number;
  readonly alive: boolean;
  readonly heartbeatAgeMs: number;
}

export type FoundStatus =
  | { readonly running: true; readonly status: StatusDocument }
  | { readonly running: false; readonly reason: string };

/** [control-thread] */
export function readEngineRole({ buffer }: Segment): EngineRole {
  const words = new Int32Array(buffer, 0, LAYOUT.kHeaderBytes >> 2);
  const load = (name: string) => Atomics.load(words, LAYOUT[`header.${name}`] >> 2) >>> 0;
  const stamps = new BigUint64Array(buffer, LAYOUT['header.engineStartStamp'], 1);
  const pid = load('enginePid');
  return {
    state: (['free', 'claiming', 'live'] as const)[load('engineState')] ?? 'unknown',
    pid,
    alive: processAlive(pid, stamps[0]),
    heartbeatAgeMs: (Math.floor(nowUs() / 1000) - load('engineHeartbeatMs')) | 0,
  };
}

/** What is wrong with the engine in plain words; '' when it runs. */
export function engineTrouble(role: EngineRole): string {
  if (role.state === 'free') return 'no engine runs; start one with: npx jambridge engine';
  if (!role.alive)
    return `the engine (process ${role.pid}) died without a farewell; start it again with: npx jambridge engine`;
  if (role.state !== 'live') return `the engine (process ${role.pid}) is just starting`;
  if (role.heartbeatAgeMs > HEARTBEAT_FRESH_MS) {
    return `the engine (process ${role.pid}) has not moved for ${role.heartbeatAgeMs} ms: it hangs, or is stopped`;
  }
  return '';
}

/** @param name the segment's name, '' for the default one */
export function readStatus(name: string): FoundStatus {
  const segment = openSegment(name);
  if (typeof segment === 'string') return { running: false, reason: `no engine runs: ${segment}` };
  try {
    const reason = engineTrouble(readEngineRole(segment));
    if (reason) return { running: false, reason };
    const json = new StatusArea(segment.buffer, LAYOUT).read();
    if (json === '') return { running: false, reason: 'the engine has not published its status yet' };
    return { running: true, status: JSON.parse(json) as StatusDocument };
  } catch (error) {
    return {
      running: false,
      reason: `the status in the segment makes no sense: ${(error as Error).message}`,
    };
  } finally {
    segment.close();
  }
}
