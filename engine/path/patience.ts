// How long the playout waits for what somebody else does, before the processor does it: what it is not written ahead
// by meanwhile, a stalled engine would miss.
const SHARE_OF_LATENCY = 0.25;
const PATIENCE_US_MAX = 4000;

export function patienceUs(latencyMs: number): number {
  return Math.min(PATIENCE_US_MAX, SHARE_OF_LATENCY * latencyMs * 1000);
}
