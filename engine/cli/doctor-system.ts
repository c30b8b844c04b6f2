// doctor: what the system allows.
import { lockMemory, requestRealtime } from '../../bridge/index.js';
import type { Configuration } from '../control/configuration-table.js';
import { NativeMidiSystem } from '../control/midi-system-native.js';
import { type Check, ok, warning } from './doctor-check.js';

/** Leaves the process locked in memory: only for one that is about to end. [control-thread] */
export function checkPermissions({ realtimePriority }: Configuration): Check[] {
  const realtime = realtimePriority > 0 ? requestRealtime(realtimePriority) : '';
  requestRealtime(0);
  const memory = lockMemory();
  return [
    permission('real-time priority', realtime, `priority ${realtimePriority} is granted`),
    permission('locked memory', memory, 'granted'),
  ];
}

/** The system's refusals come with what to do after the first colon. */
function permission(name: string, refusal: string, granted: string): Check {
  if (refusal === '') return ok(name, granted);
  const colon = refusal.indexOf(': ');
  if (colon < 0) return warning(name, refusal, 'The engine runs without it, with more jitter.');
  return warning(
    name,
    refusal.slice(0, colon),
    `${refusal.slice(colon + 2)}. The engine runs without it, with more jitter.`,
  );
}

export function checkMidi(): Check {
  const system = new NativeMidiSystem();
  const { inputs, outputs } = system.list();
  const { unavailable } = system;
  system.close();
  if (unavailable) return warning('MIDI devices', unavailable, 'Only needed for MIDI devices without a DAW.');
  return ok('MIDI devices', `${inputs.length} inputs, ${outputs.length} outputs`);
}
