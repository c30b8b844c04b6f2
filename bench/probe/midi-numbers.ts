// The numbers of the pitch bends that lie between two positions of a MIDI ring.

const RECORD_HEADER_BYTES = 8;
const PITCH_BEND = 0xe0;

/** Calls `take` for each; what is no pitch bend is passed over. Positions count bytes, modulo 2^32. */
export function pitchBendNumbers(
  ring: Uint8Array,
  from: number,
  to: number,
  take: (number: number) => void,
): void {
  const mask = ring.length - 1;
  for (let at = from; at !== to; ) {
    const length = ring[(at + 4) & mask] | (ring[(at + 5) & mask] << 8);
    const data = at + RECORD_HEADER_BYTES;
    if (length === 3 && (ring[data & mask] & 0xf0) === PITCH_BEND) {
      take(ring[(data + 1) & mask] | (ring[(data + 2) & mask] << 7));
    }
    const next = (at + RECORD_HEADER_BYTES + ((length + 3) & ~3)) >>> 0;
    // A ring that makes no sense ends the walk.
    if (length === 0 || (to - next) >>> 0 > ring.length) return;
    at = next;
  }
}
