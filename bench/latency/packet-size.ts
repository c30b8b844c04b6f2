// How long a MIDI datagram of this benchmark is: the floor sends as much.
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { MidiBatch, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { BODY_OFFSET, PAYLOAD_FORMAT } from '../../engine/toast/types.js';

const ROOM_BYTES = 1400;

/** With one pitch bend, in the format that engines send by default. */
export function midiPacketBytes(): number {
  const slab = new ByteSlab(new ArrayBuffer(BODY_OFFSET + ROOM_BYTES));
  const batch = new MidiBatch(1, 16);
  const written = { bytes: 0, next: 0 };
  batch.push(0, 500, Uint8Array.of(0xe0, 0x10, 0x10), 0, 3);
  writeMidiBody(PAYLOAD_FORMAT.compact, slab, BODY_OFFSET, ROOM_BYTES, batch, 0, written);
  return BODY_OFFSET + written.bytes;
}
