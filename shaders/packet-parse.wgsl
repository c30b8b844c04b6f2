// Header, checksum and extension block of a batch of raw datagrams.
//
//   @binding(0) params   packets in the batch
//   @binding(1) slab     the datagrams' bytes, each datagram at a multiple of four
//   @binding(2) spans    where each lies, in bytes
//   @binding(3) records  what each says; the index is the datagram's
//
// Invariant: record i depends on datagram i alone, and reads nothing outside it but whole words.
// Dispatch: one invocation for each datagram, 64 a workgroup. Twin: engine/gpu/twins/packet-parse.ts.
// include: packet

struct ParseParams {
  packetCount: u32,
}

@group(0) @binding(0) var<uniform> params: ParseParams;
@group(0) @binding(1) var<storage, read> slab: array<u32>;
@group(0) @binding(2) var<storage, read> spans: array<PacketSpan>;
@group(0) @binding(3) var<storage, read_write> records: array<PacketRecord>;

const HEADER_BYTES = 32u;
const EXTENSION_BYTES = 32u;
const DATAGRAM_BYTES_MAX = 9000;
const MAGIC = 0x54534f54u;
const FLAGS_RESERVED = 0x8cu;
const HIGH_LIMIT = 0x200000u;

// Indices into REJECT_REASONS of engine/base/metrics-slab.ts.
const ACCEPTED = 0u;
const TOO_SHORT = 1u;
const TOO_LONG = 2u;
const NOT_TOAST = 3u;
const BAD_VERSION = 4u;
const UNKNOWN_TYPE = 5u;
const UNSUPPORTED = 6u;
const BAD_LENGTH = 7u;
const BAD_CHECKSUM = 8u;
const BAD_EXTENSION = 9u;
const BAD_FRAGMENT = 13u;

const CRC_INITIAL = 0xffffu;
const BLOCK_BYTES = 64u;

/// CRC-16/MODBUS over one byte more. The polynomial's table has a form: every entry is the byte, twice shifted,
/// and 0xC001 when the byte has an odd number of ones.
fn addByte(crc: u32, byte: u32) -> u32 {
  let b = (crc ^ byte) & 255u;
  return (crc >> 8u) ^ (b << 6u) ^ (b << 7u) ^ select(0u, 0xc001u, (countOneBits(b) & 1u) != 0u);
}

fn addWord(crc: u32, word: u32) -> u32 {
  return addByte(addByte(addByte(addByte(crc, word), word >> 8u), word >> 16u), word >> 24u);
}

/// The CRC of the first `blocks` >= 1 blocks of 64 bytes: division by P^32, which has the same four terms as P,
/// counted in words; what remains has the packet's CRC. See engine/toast/crc16-division.ts.
fn crcOfBlocks(first: u32, blocks: u32) -> u32 {
  var w0 = slab[first] ^ CRC_INITIAL;
  var w1 = slab[first + 1u];
  var w2 = slab[first + 2u];
  var w3 = slab[first + 3u];
  var w4 = slab[first + 4u];
  var w5 = slab[first + 5u];
  var w6 = slab[first + 6u] & 0xffffu;
  var w7 = slab[first + 7u];
  var w8 = slab[first + 8u];
  var w9 = slab[first + 9u];
  var w10 = slab[first + 10u];
  var w11 = slab[first + 11u];
  var w12 = slab[first + 12u];
  var w13 = slab[first + 13u];
  var w14 = slab[first + 14u];
  var w15 = slab[first + 15u];
  for (var block = 1u; block < blocks; block++) {
    let at = first + block * 16u;
    w1 ^= w0;
    w2 ^= w1;
    w3 ^= w2;
    w4 ^= w3;
    w5 ^= w4;
    w6 ^= w5;
    w7 ^= w6;
    w8 ^= w7;
    w9 ^= w8;
    w10 ^= w9;
    w11 ^= w10;
    w12 ^= w11;
    w13 ^= w12;
    w14 ^= w13 ^ w0;
    w15 ^= w14 ^ w1;
    w0 ^= slab[at] ^ w2 ^ w15;
    w1 ^= slab[at + 1u] ^ w3;
    w2 ^= slab[at + 2u] ^ w4;
    w3 ^= slab[at + 3u] ^ w5;
    w4 ^= slab[at + 4u] ^ w6;
    w5 ^= slab[at + 5u] ^ w7;
    w6 ^= slab[at + 6u] ^ w8;
    w7 ^= slab[at + 7u] ^ w9;
    w8 ^= slab[at + 8u] ^ w10;
    w9 ^= slab[at + 9u] ^ w11;
    w10 ^= slab[at + 10u] ^ w12;
    w11 ^= slab[at + 11u] ^ w13;
    w12 ^= slab[at + 12u] ^ w14;
    w13 ^= slab[at + 13u] ^ w15;
    w14 ^= slab[at + 14u];
    w15 ^= slab[at + 15u];
  }
  var crc = 0u;
  crc = addWord(crc, w0);
  crc = addWord(crc, w1);
  crc = addWord(crc, w2);
  crc = addWord(crc, w3);
  crc = addWord(crc, w4);
  crc = addWord(crc, w5);
  crc = addWord(crc, w6);
  crc = addWord(crc, w7);
  crc = addWord(crc, w8);
  crc = addWord(crc, w9);
  crc = addWord(crc, w10);
  crc = addWord(crc, w11);
  crc = addWord(crc, w12);
  crc = addWord(crc, w13);
  crc = addWord(crc, w14);
  crc = addWord(crc, w15);
  return crc;
}

/// The checksum of the packet in `bytes` >= 32 bytes, its own checksum field taken as zero.
fn packetChecksum(first: u32, bytes: u32) -> u32 {
  let words = bytes / 4u;
  var crc = CRC_INITIAL;
  var at = 0u;
  if (bytes >= BLOCK_BYTES) {
    crc = crcOfBlocks(first, bytes / BLOCK_BYTES);
    at = bytes / BLOCK_BYTES * 16u;
  } else {
    for (; at <= 6u; at++) {
      crc = addWord(crc, slab[first + at] & select(0xffffffffu, 0xffffu, at == 6u));
    }
  }
  for (; at < words; at++) {
    crc = addWord(crc, slab[first + at]);
  }
  for (var i = words * 4u; i < bytes; i++) {
    crc = addByte(crc, slab[first + words] >> (8u * (i & 3u)));
  }
  return crc;
}

/// Checks in the order of engine/toast/packet.ts: the checksum before any meaning.
fn readPacket(offset: u32, bytes: i32, out: ptr<function, PacketRecord>) -> u32 {
  if (bytes < 0 || bytes > DATAGRAM_BYTES_MAX) {
    return TOO_LONG;
  }
  if (bytes < i32(HEADER_BYTES)) {
    return TOO_SHORT;
  }
  let first = offset / 4u;
  if (slab[first] != MAGIC) {
    return NOT_TOAST;
  }
  if ((slab[first + 1u] & 255u) != 2u) {
    return BAD_VERSION;
  }
  let payloadBytes = slab[first + 4u];
  if (payloadBytes > u32(bytes) - HEADER_BYTES) {
    return BAD_LENGTH;
  }
  let burst = slab[first + 6u];
  if (packetChecksum(first, HEADER_BYTES + payloadBytes) != burst >> 16u) {
    return BAD_CHECKSUM;
  }
  return readFields(offset, first, payloadBytes, burst, out);
}

fn readFields(offset: u32, first: u32, payloadBytes: u32, burst: u32, out: ptr<function, PacketRecord>) -> u32 {
  let packetType = (slab[first + 1u] >> 8u) & 255u;
  let flags = slab[first + 1u] >> 16u;
  if (packetType < 1u || packetType > 9u) {
    return UNKNOWN_TYPE;
  }
  let format = (flags >> 4u) & 7u;
  let burstIndex = burst & 255u;
  let burstTotal = (burst >> 8u) & 255u;
  if ((flags & FLAGS_RESERVED) != 0u || format > 2u || burstTotal > 16u || burstIndex >= burstTotal) {
    return UNSUPPORTED;
  }
  let extended = (flags & 1u) != 0u;
  let isSealed = (flags & 2u) != 0u;
  out.kind = packetType | (format << 8u) | select(0u, 1u << 16u, isSealed) | select(0u, 1u << 17u, extended);
  out.sequence = slab[first + 2u];
  out.timestampUs = slab[first + 3u];
  out.burstId = slab[first + 5u];
  out.burst = burstIndex | (burstTotal << 8u) | ((flags & 0xf00u) << 8u) | ((flags & 0xf000u) << 12u);
  out.sessionId = slab[first + 7u];
  if (extended) {
    return readExtension(offset, first, payloadBytes, packetType, out);
  }
  if (isSealed) {
    return UNSUPPORTED;
  }
  out.fragment = 1u << 16u;
  out.bodyOffset = offset + HEADER_BYTES;
  out.bodyBytes = payloadBytes;
  return ACCEPTED;
}

fn readExtension(offset: u32, first: u32, payloadBytes: u32, packetType: u32, out: ptr<function, PacketRecord>) -> u32 {
  if (payloadBytes < EXTENSION_BYTES || ((slab[first + 11u] >> 16u) & 255u) != 1u) {
    return BAD_EXTENSION;
  }
  let streamId = slab[first + 10u] & 0xffffu;
  let mediaTimeHigh = slab[first + 13u];
  let captureTimeHigh = slab[first + 15u];
  if (streamId < select(0u, 1u, packetType <= 3u) || streamId > 64u) {
    return BAD_EXTENSION;
  }
  if (mediaTimeHigh >= HIGH_LIMIT || captureTimeHigh >= HIGH_LIMIT) {
    return BAD_EXTENSION;
  }
  let fragmentIndex = slab[first + 10u] >> 16u;
  let fragmentCount = slab[first + 11u] & 0xffffu;
  if (fragmentIndex >= fragmentCount) {
    return BAD_FRAGMENT;
  }
  out.senderIdLow = slab[first + 8u];
  out.senderIdHigh = slab[first + 9u];
  out.streamId = streamId;
  out.fragment = fragmentIndex | (fragmentCount << 16u);
  out.mediaTimeLow = slab[first + 12u];
  out.mediaTimeHigh = mediaTimeHigh;
  out.epoch = slab[first + 14u];
  out.captureTimeHigh = captureTimeHigh;
  out.bodyOffset = offset + HEADER_BYTES + EXTENSION_BYTES;
  out.bodyBytes = payloadBytes - EXTENSION_BYTES;
  return ACCEPTED;
}

@compute @workgroup_size(64)
fn parse(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.packetCount) {
    return;
  }
  var record = PacketRecord();
  let reason = readPacket(spans[i].offset, spans[i].bytes, &record);
  if (reason != ACCEPTED) {
    record = PacketRecord();
    record.kind = reason << 24u;
  }
  records[i] = record;
}
