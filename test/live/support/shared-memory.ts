// The objects in /dev/shm that segments are, and the memory they take.
import { readdirSync, statSync } from 'node:fs';

const FOLDER = '/dev/shm';
const BLOCK_BYTES = 512;

/** Path of a segment's object. */
export function sharedObjectPath(segment: string): string {
  return `${FOLDER}/jambridge-${process.getuid?.() ?? 0}-${segment}`;
}

/** Segments of this test, by the beginning of their names. */
export function sharedObjects(segmentPrefix: string): string[] {
  const prefix = sharedObjectPath(segmentPrefix).slice(FOLDER.length + 1);
  return readdirSync(FOLDER).filter((name) => name.startsWith(prefix));
}

/** Memory that a segment takes now; holes take none. 0 when there is no such segment. */
export function sharedBytes(segment: string): number {
  const found = statSync(sharedObjectPath(segment), { throwIfNoEntry: false });
  return (found?.blocks ?? 0) * BLOCK_BYTES;
}
