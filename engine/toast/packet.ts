// The header and the extension block of a datagram: read with every check that needs no memory of earlier
// packets, and written. Nothing here allocates; a datagram is only read through the slab it was received into.
import { DATAGRAM_BYTES_MAX } from '../base/limits.js';
import { REJECT } from '../base/metrics-slab.js';
import type { ByteSlab } from './byte-slab.js';
import { crc16Change, packetChecksum } from './crc16.js';
import { high32, join32, low32 } from './sequence.js';
import { BODY_OFFSET, EXTENSION_BYTES, HEADER_BYTES, PACKET_TYPE, PAYLOAD_FORMAT } from './types.js';

const MAGIC = 0x54534f54; // bytes "TOST"
const VERSION = 2;
const EXTENSION_VERSION = 1;
const FLAG_EXT = 0x01;
const FLAG_SEALED = 0x02;
const FLAGS_RESERVED = 0x8c; // bits 2, 3 and 7 must be zero; 8..15 are ignored
const FORMAT_SHIFT = 4;
// Bits 8..15, which other receivers ignore: what a receiver that joins late must know at once about the
// sender's clock. 8..11 the largest block as a power of two, 12..15 the rate; 0 = not said.
const BLOCK_SHIFT = 8;
const RATE_SHIFT = 12;

export const BURST_TOTAL_MAX = 16;
export const CHANNEL_MAX = 64;
/** Upper halves from here on make a number that a double can't hold exactly. */
const HIGH_LIMIT = 0x200000;

const AT_MAGIC = 0;
const AT_VERSION = 4;
const AT_TYPE = 5;
const AT_FLAGS = 6;
const AT_SEQUENCE = 8;
const AT_TIMESTAMP = 12;
const AT_PAYLOAD_BYTES = 16;
const AT_BURST_ID = 20;
const AT_BURST_INDEX = 24;
const AT_BURST_TOTAL = 25;
const AT_CHECKSUM = 26;
const AT_SESSION = 28;
const AT_SENDER_LOW = 32;
const AT_SENDER_HIGH = 36;
const AT_STREAM = 40;
const AT_FRAGMENT_INDEX = 42;
const AT_FRAGMENT_COUNT = 44;
const AT_EXTENSION_VERSION = 46;
const AT_EXTENSION_RESERVED = 47;
const AT_MEDIA_LOW = 48;
const AT_MEDIA_HIGH = 52;
const AT_EPOCH = 56;
const AT_CAPTURE_HIGH = 60;

/** Everything a packet says about its body. One is kept per reader and filled again and again. */
export class PacketFields {
  type = 0;
  format = 0;
  sealed = false;
  sequence = 0;
  /** Lower 32 bits of the capture time; the writer takes them from `captureTimeUs`. */
  timestampUs = 0;
  burstId = 0;
  burstIndex = 0;
  burstTotal = 1;
  sessionId = 0;
  /** False: a base-only peer, whose fields of the extension block read as those of a whole packet on stream 0. */
  hasExtension = true;
  senderIdLow = 0;
  senderIdHigh = 0;
  streamId = 0;
  fragmentIndex = 0;
  fragmentCount = 1;
  mediaTime = 0;
  epoch = 0;
  captureTimeUs = 0;
  /** The sender's host hands over at most 2^n frames at once; 0 = not said. */
  blockFramesLog2 = 0;
  /** Index into RATES_HZ; 0 = not said. */
  rateCode = 0;
  /** Absolute in the slab. */
  bodyOffset = 0;
  bodyBytes = 0;
}

/**
 * Checks the datagram of `length` bytes at `offset` (a negative length: it was truncated) and fills `out`.
 * Returns an index into REJECT_REASONS; unless that is 0, `out` means nothing. The checksum is judged before
 * any meaning, so that damage is counted as damage. Self and session filters are the caller's. [engine-thread]
 */
export function readPacket(slab: ByteSlab, offset: number, length: number, out: PacketFields): number {
  if (length < 0 || length > DATAGRAM_BYTES_MAX) return REJECT.tooLong;
  if (length < HEADER_BYTES) return REJECT.tooShort;
  const view = slab.view;
  if (view.getUint32(offset + AT_MAGIC, true) !== MAGIC) return REJECT.notToast;
  if (view.getUint8(offset + AT_VERSION) !== VERSION) return REJECT.badVersion;
  const payloadBytes = view.getUint32(offset + AT_PAYLOAD_BYTES, true);
  if (payloadBytes > length - HEADER_BYTES) return REJECT.badLength;
  const checksum = view.getUint16(offset + AT_CHECKSUM, true);
  if (packetChecksum(view, offset, HEADER_BYTES + payloadBytes) !== checksum) return REJECT.badChecksum;

  const reason = readHeader(view, offset, out);
  if (reason !== REJECT.accepted) return reason;
  if (out.hasExtension) return readExtension(view, offset, payloadBytes, out);
  if (out.sealed) return REJECT.unsupported; // the seal covers an extension block: there is none
  clearExtension(out);
  out.bodyOffset = offset + HEADER_BYTES;
  out.bodyBytes = payloadBytes;
  return REJECT.accepted;
}

/** Did this sender send it? A look at two words; whether the datagram is whole is another question. [engine-thread] */
export function isSentBy(slab: ByteSlab, offset: number, length: number, low: number, high: number): boolean {
  const { view } = slab;
  return (
    length >= BODY_OFFSET &&
    view.getUint32(offset + AT_SENDER_LOW, true) === low &&
    view.getUint32(offset + AT_SENDER_HIGH, true) === high &&
    (view.getUint16(offset + AT_FLAGS, true) & FLAG_EXT) !== 0 &&
    view.getUint32(offset + AT_MAGIC, true) === MAGIC
  );
}

function readHeader(view: DataView, offset: number, out: PacketFields): number {
  const type = view.getUint8(offset + AT_TYPE);
  if (type < PACKET_TYPE.midi || type > PACKET_TYPE.repair) return REJECT.unknownType;
  const flags = view.getUint16(offset + AT_FLAGS, true);
  const format = (flags >>> FORMAT_SHIFT) & 7;
  if ((flags & FLAGS_RESERVED) !== 0 || format > PAYLOAD_FORMAT.compact) return REJECT.unsupported;
  const burstIndex = view.getUint8(offset + AT_BURST_INDEX);
  const burstTotal = view.getUint8(offset + AT_BURST_TOTAL);
  if (burstTotal > BURST_TOTAL_MAX || burstIndex >= burstTotal) return REJECT.unsupported;
  out.type = type;
  out.format = format;
  out.sealed = (flags & FLAG_SEALED) !== 0;
  out.hasExtension = (flags & FLAG_EXT) !== 0;
  out.sequence = view.getUint32(offset + AT_SEQUENCE, true);
  out.timestampUs = view.getUint32(offset + AT_TIMESTAMP, true);
  out.blockFramesLog2 = (flags >>> BLOCK_SHIFT) & 15;
  out.rateCode = (flags >>> RATE_SHIFT) & 15;
  out.burstId = view.getUint32(offset + AT_BURST_ID, true);
  out.burstIndex = burstIndex;
  out.burstTotal = burstTotal;
  out.sessionId = view.getUint32(offset + AT_SESSION, true);
  return REJECT.accepted;
}

function readExtension(view: DataView, offset: number, payloadBytes: number, out: PacketFields): number {
  if (payloadBytes < EXTENSION_BYTES) return REJECT.badExtension;
  if (view.getUint8(offset + AT_EXTENSION_VERSION) !== EXTENSION_VERSION) return REJECT.badExtension;
  const streamId = view.getUint16(offset + AT_STREAM, true);
  const streamIdMin = out.type <= PACKET_TYPE.video ? 1 : 0;
  if (streamId < streamIdMin || streamId > CHANNEL_MAX) return REJECT.badExtension;
  const mediaHigh = view.getUint32(offset + AT_MEDIA_HIGH, true);
  const captureHigh = view.getUint32(offset + AT_CAPTURE_HIGH, true);
  if (mediaHigh >= HIGH_LIMIT || captureHigh >= HIGH_LIMIT) return REJECT.badExtension;
  const fragmentIndex = view.getUint16(offset + AT_FRAGMENT_INDEX, true);
  const fragmentCount = view.getUint16(offset + AT_FRAGMENT_COUNT, true);
  if (fragmentIndex >= fragmentCount) return REJECT.badFragment;
  out.senderIdLow = view.getUint32(offset + AT_SENDER_LOW, true);
  out.senderIdHigh = view.getUint32(offset + AT_SENDER_HIGH, true);
  out.streamId = streamId;
  out.fragmentIndex = fragmentIndex;
  out.fragmentCount = fragmentCount;
  out.mediaTime = join32(view.getUint32(offset + AT_MEDIA_LOW, true), mediaHigh);
  out.epoch = view.getUint32(offset + AT_EPOCH, true);
  out.captureTimeUs = join32(out.timestampUs, captureHigh);
  out.bodyOffset = offset + BODY_OFFSET;
  out.bodyBytes = payloadBytes - EXTENSION_BYTES;
  return REJECT.accepted;
}

function clearExtension(out: PacketFields): void {
  out.senderIdLow = 0;
  out.senderIdHigh = 0;
  out.streamId = 0;
  out.fragmentIndex = 0;
  out.fragmentCount = 1;
  out.mediaTime = 0;
  out.epoch = 0;
  out.captureTimeUs = out.timestampUs;
}

/**
 * Writes header, extension block and checksum before a body of `bodyBytes` that lies at `offset + BODY_OFFSET`
 * already (without an extension block: at `offset + HEADER_BYTES`). Returns the datagram's length. [engine-thread]
 */
export function writePacket(slab: ByteSlab, offset: number, fields: PacketFields, bodyBytes: number): number {
  const view = slab.view;
  const payloadBytes = fields.hasExtension ? EXTENSION_BYTES + bodyBytes : bodyBytes;
  const flags =
    (fields.hasExtension ? FLAG_EXT : 0) |
    (fields.sealed ? FLAG_SEALED : 0) |
    (fields.format << FORMAT_SHIFT) |
    (fields.blockFramesLog2 << BLOCK_SHIFT) |
    (fields.rateCode << RATE_SHIFT);
  view.setUint32(offset + AT_MAGIC, MAGIC, true);
  view.setUint8(offset + AT_VERSION, VERSION);
  view.setUint8(offset + AT_TYPE, fields.type);
  view.setUint16(offset + AT_FLAGS, flags, true);
  view.setUint32(offset + AT_SEQUENCE, fields.sequence, true);
  view.setUint32(offset + AT_TIMESTAMP, low32(fields.captureTimeUs), true);
  view.setUint32(offset + AT_PAYLOAD_BYTES, payloadBytes, true);
  view.setUint32(offset + AT_BURST_ID, fields.burstId, true);
  view.setUint8(offset + AT_BURST_INDEX, fields.burstIndex);
  view.setUint8(offset + AT_BURST_TOTAL, fields.burstTotal);
  view.setUint32(offset + AT_SESSION, fields.sessionId, true);
  if (fields.hasExtension) writeExtension(view, offset, fields);
  const length = HEADER_BYTES + payloadBytes;
  view.setUint16(offset + AT_CHECKSUM, packetChecksum(view, offset, length), true);
  return length;
}

function writeExtension(view: DataView, offset: number, fields: PacketFields): void {
  view.setUint32(offset + AT_SENDER_LOW, fields.senderIdLow, true);
  view.setUint32(offset + AT_SENDER_HIGH, fields.senderIdHigh, true);
  view.setUint16(offset + AT_STREAM, fields.streamId, true);
  view.setUint16(offset + AT_FRAGMENT_INDEX, fields.fragmentIndex, true);
  view.setUint16(offset + AT_FRAGMENT_COUNT, fields.fragmentCount, true);
  view.setUint8(offset + AT_EXTENSION_VERSION, EXTENSION_VERSION);
  view.setUint8(offset + AT_EXTENSION_RESERVED, 0);
  view.setUint32(offset + AT_MEDIA_LOW, low32(fields.mediaTime), true);
  view.setUint32(offset + AT_MEDIA_HIGH, high32(fields.mediaTime), true);
  view.setUint32(offset + AT_EPOCH, fields.epoch, true);
  view.setUint32(offset + AT_CAPTURE_HIGH, high32(fields.captureTimeUs), true);
}

/**
 * Makes the packet of `length` bytes at `offset` (as writePacket left it) another copy of its burst. Costs the
 * same whatever the length: the checksum is corrected, not computed anew. [engine-thread]
 */
export function rewriteBurstIndex(slab: ByteSlab, offset: number, length: number, burstIndex: number): void {
  const view = slab.view;
  const difference = view.getUint8(offset + AT_BURST_INDEX) ^ burstIndex;
  const change = crc16Change(difference, length - AT_BURST_INDEX - 1);
  view.setUint8(offset + AT_BURST_INDEX, burstIndex);
  view.setUint16(offset + AT_CHECKSUM, view.getUint16(offset + AT_CHECKSUM, true) ^ change, true);
}
