// CRC-16/MODBUS: reflected polynomial 0xA001, initial value 0xFFFF, check("123456789") = 0x4B37.
import { BLOCK_BYTES, BLOCK_WORDS, dividePacket } from './crc16-division.js';

const POLYNOMIAL = 0xa001;
const INITIAL = 0xffff;
const CHECKSUM_WORD = 6; // bytes 24..27: burst index, burst total, checksum
const PACKET_BYTES_MAX = 65535;

/** tables[256 * k + b]: the CRC of byte b followed by k zero bytes. */
const tables = makeTables();

/** powers[n]: x^(8n) mod P, reflected: what a change n bytes before the last byte does to the remainder. */
const powers = makePowers();

/** Scratch of the one thread that this module instance belongs to. */
const remainder = new Int32Array(BLOCK_WORDS);

function makeTables(): Uint16Array {
  const made = new Uint16Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let i = 256; i < made.length; i++) made[i] = (made[i - 256] >>> 8) ^ made[made[i - 256] & 255];
  return made;
}

function makePowers(): Uint16Array {
  const made = new Uint16Array(PACKET_BYTES_MAX + 3);
  made[0] = 0x8000; // x^0 in reflected order
  for (let n = 1; n < made.length; n++) made[n] = (made[n - 1] >>> 8) ^ tables[made[n - 1] & 255];
  return made;
}

/** Goes on from `crc` over one word, its lowest byte first. */
function addWord(crc: number, word: number): number {
  const mixed = crc ^ word;
  return (
    tables[768 + (mixed & 255)] ^
    tables[512 + ((mixed >>> 8) & 255)] ^
    tables[256 + ((mixed >>> 16) & 255)] ^
    tables[mixed >>> 24]
  );
}

/** Goes on from `crc` over bytes [start, end). [any-thread] */
export function crc16(bytes: Uint8Array, start: number, end: number, crc: number = INITIAL): number {
  let value = crc;
  for (let i = start; i < end; i++) value = (value >>> 8) ^ tables[(value ^ bytes[i]) & 255];
  return value;
}

/**
 * Checksum of the packet of `length` >= 32 bytes at `offset`, its own checksum field taken as zero. Reads
 * the packet and nothing outside it. [engine-thread]
 */
export function packetChecksum(view: DataView, offset: number, length: number): number {
  const end = offset + length;
  const wordsEnd = end - (length & 3);
  let at = offset;
  let crc = INITIAL;
  if (length >= BLOCK_BYTES) {
    const blocks = Math.floor(length / BLOCK_BYTES);
    dividePacket(view, offset, blocks, remainder);
    crc = 0; // the initial value is in the remainder
    for (let i = 0; i < BLOCK_WORDS; i++) crc = addWord(crc, remainder[i]);
    at += blocks * BLOCK_BYTES;
  } else {
    for (let i = 0; i <= CHECKSUM_WORD; i++, at += 4) {
      const word = view.getInt32(at, true);
      crc = addWord(crc, i === CHECKSUM_WORD ? word & 0xffff : word);
    }
  }
  for (; at < wordsEnd; at += 4) crc = addWord(crc, view.getInt32(at, true));
  for (; at < end; at++) crc = (crc >>> 8) ^ tables[(crc ^ view.getUint8(at)) & 255];
  return crc;
}

/**
 * What the CRC of a packet changes by when one of its bytes changes by `difference` (XOR) and `following`
 * bytes come after it: lets further copies of a burst reuse the first copy's checksum. [engine-thread]
 */
export function crc16Change(difference: number, following: number): number {
  let factor = powers[following + 2]; // the CRC is the remainder of the message times x^16
  let change = 0;
  for (let bit = 7; bit >= 0; bit--) {
    if ((difference >>> bit) & 1) change ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return change;
}
