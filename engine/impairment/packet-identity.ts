// Reads a packet's identity from its bytes, without judging it: a network carries broken datagrams too.
import { BODY_OFFSET, HEADER_BYTES } from '../toast/types.js';
import type { PacketIdentity } from './impairment.js';

const MAGIC = 0x54534f54;
const FLAG_EXTENSION = 1;

/** Fills `out`; false for what is no TOAST packet (type 0, told apart by the running number given). */
export function identify(
  view: DataView,
  offset: number,
  length: number,
  runningNumber: number,
  out: PacketIdentity,
): boolean {
  out.channel = 0;
  out.fragmentIndex = 0;
  if (length < HEADER_BYTES || view.getUint32(offset, true) !== MAGIC) {
    out.type = 0;
    out.sequence = runningNumber;
    out.burstIndex = 0;
    return false;
  }
  out.type = view.getUint8(offset + 5);
  out.sequence = view.getUint32(offset + 8, true);
  out.burstIndex = view.getUint8(offset + 24);
  if ((view.getUint16(offset + 6, true) & FLAG_EXTENSION) !== 0 && length >= BODY_OFFSET) {
    out.channel = view.getUint16(offset + HEADER_BYTES + 8, true);
    out.fragmentIndex = view.getUint16(offset + HEADER_BYTES + 10, true);
  }
  return true;
}
