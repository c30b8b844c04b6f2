// The SYNC body: the sender's monotonic clock as u64 microseconds, for one-way offset and drift estimates.
import type { ByteSlab } from './byte-slab.js';
import { EXACT_LIMIT, high32, join32, low32 } from './sequence.js';

export const SYNC_BYTES = 8;

/** [engine-thread] */
export function writeSyncBody(slab: ByteSlab, bodyOffset: number, timeUs: number): number {
  slab.view.setUint32(bodyOffset, low32(timeUs), true);
  slab.view.setUint32(bodyOffset + 4, high32(timeUs), true);
  return SYNC_BYTES;
}

/** Microseconds, or -1 when it is not a time that a double holds. [engine-thread] */
export function readSyncBody(slab: ByteSlab, bodyOffset: number, bodyBytes: number): number {
  if (bodyBytes !== SYNC_BYTES) return -1;
  const high = slab.view.getUint32(bodyOffset + 4, true);
  const timeUs = join32(slab.view.getUint32(bodyOffset, true), high);
  return timeUs < EXACT_LIMIT ? timeUs : -1;
}
