// How late this machine wakes a thread that asked to be woken. A busy machine, or a virtual one that shares
// its processors, is late by many milliseconds now and then: no receive latency below that can hold.
import { nowUs, requestRealtime } from '../../bridge/index.js';

const NAP_MS = 1;
const PRIORITY = 70;

/** Twice what a plugin is set to at first: a demo shares one machine with all its parts, and must not fail by that. */
export const LATENCY_MS = 24;
/** Where threads wake late, or may not have real-time priority. */
const LATENCY_MS_CAREFUL = 48;
const LATENCY_MS_MAX = 100;
const PUNCTUAL_MS = 1.5;
/** What was late once in a short while is later in a long one. */
const MARGIN = 6;

/** The longest delay of a wake-up, in milliseconds. Blocks the calling thread for that long. [control-thread] */
export function worstWakeUpMs(durationMs: number): number {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  requestRealtime(PRIORITY); // as the engines and hosts do; without it the figure is what they will meet
  let worstMs = 0;
  const endUs = nowUs() + durationMs * 1000;
  for (let atUs = nowUs(); atUs < endUs; ) {
    Atomics.wait(cell, 0, 0, NAP_MS);
    const wokenUs = nowUs();
    worstMs = Math.max(worstMs, (wokenUs - atUs) / 1000 - NAP_MS);
    atUs = wokenUs;
  }
  requestRealtime(0);
  return worstMs;
}

/** What stands still now and then shows only in the end: worth another try with this latency, or undefined. */
export function moreLatencyMs(framesMissing: number, latencyMs: number): number | undefined {
  return framesMissing > 0 && latencyMs < LATENCY_MS_MAX ? LATENCY_MS_MAX : undefined;
}

/** A receive latency that such a machine can keep. */
export function suitableLatencyMs(worstMs: number, realtime: boolean): number {
  if (worstMs > PUNCTUAL_MS)
    return Math.min(LATENCY_MS_MAX, Math.max(LATENCY_MS_CAREFUL, Math.ceil(MARGIN * worstMs)));
  return realtime ? LATENCY_MS : LATENCY_MS_CAREFUL;
}
