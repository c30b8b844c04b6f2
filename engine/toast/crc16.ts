// CRC-16/MODBUS: reflected polynomial 0xA001, initial value 0xFFFF, check("123456789") = 0x4B37.
//
// The generator P is x^16 + x^15 + x^2 + 1, and squaring a polynomial over GF(2) only spreads its terms, so
// P^32 = x^512 + x^480 + x^64 + 1: the same four terms counted in 32-bit words. Dividing a packet by P^32
// therefore takes three XORs a word and no table; P divides P^32, so the 16 words that remain have the same
// CRC as the packet. Only these go through the tables.

const POLYNOMIAL = 0xa001;
const INITIAL = 0xffff;
const CHECKSUM_WORD = 6; // bytes 24..27: burst index, burst total, checksum
const DIVIDE_BYTES_MIN = 96; // shorter packets go through the tables as a whole
const PACKET_BYTES_MAX = 65535;

/** tables[256 * k + b]: the CRC of byte b followed by k zero bytes. */
const tables = makeTables();

/** powers[n]: x^(8n) mod P, reflected: what a change n bytes before a packet's last byte does to the CRC. */
const powers = makePowers();

/** Quotient words of the division, behind 16 zero words for the terms before the first. [one per thread] */
const quotient = new Int32Array(16 + (PACKET_BYTES_MAX >>> 2) + 16);

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
  const made = new Uint16Array(PACKET_BYTES_MAX + 1);
  made[0] = 0x8000; // x^0 in reflected order
  for (let n = 1; n < made.length; n++) made[n] = (made[n - 1] >>> 8) ^ tables[made[n - 1] & 255];
  return made;
}

/** One word (first byte lowest) through the tables. */
function addWord(crc: number, word: number): number {
  const mixed = crc ^ word;
  return (
    tables[768 + (mixed & 255)] ^
    tables[512 + ((mixed >>> 8) & 255)] ^
    tables[256 + ((mixed >>> 16) & 255)] ^
    tables[mixed >>> 24]
  );
}

/** Goes on from `crc` over bytes [start, end); begin with 0xFFFF. [any-thread] */
export function crc16(bytes: Uint8Array, start: number, end: number, crc: number = INITIAL): number {
  let value = crc;
  for (let i = start; i < end; i++) value = (value >>> 8) ^ tables[(value ^ bytes[i]) & 255];
  return value;
}

/**
 * Checksum of the packet of `length` >= 32 bytes at `offset`, its own checksum field taken as zero.
 * Reads only; nothing outside the packet. [any-thread]
 */
export function packetChecksum(view: DataView, offset: number, length: number): number {
  const words = length >>> 2;
  let crc =
    length < DIVIDE_BYTES_MIN ? checksumOfShort(view, offset, words) : checksumOfLong(view, offset, words);
  for (let i = offset + 4 * words; i < offset + length; i++) {
    crc = (crc >>> 8) ^ tables[(crc ^ view.getUint8(i)) & 255];
  }
  return crc;
}

function checksumOfShort(view: DataView, offset: number, words: number): number {
  let crc = INITIAL;
  for (let i = 0; i < words; i++) {
    const word = view.getInt32(offset + 4 * i, true);
    crc = addWord(crc, i === CHECKSUM_WORD ? word & 0xffff : word);
  }
  return crc;
}

function checksumOfLong(view: DataView, offset: number, words: number): number {
  let term = INITIAL;
  for (let i = 0; i < 8; i++) {
    const word = view.getInt32(offset + 4 * i, true);
    term ^= i === CHECKSUM_WORD ? word & 0xffff : word;
    quotient[i + 16] = term;
  }
  const divided = words - 16;
  for (let i = 8; i < divided; i++) {
    term ^= view.getInt32(offset + 4 * i, true) ^ quotient[i + 2] ^ quotient[i];
    quotient[i + 16] = term;
  }
  for (let i = divided + 16; i < divided + 30; i++) quotient[i] = 0;
  let crc = 0;
  for (let i = divided; i < words; i++) {
    crc = addWord(crc, view.getInt32(offset + 4 * i, true) ^ term ^ quotient[i + 2] ^ quotient[i]);
    term = 0;
  }
  return crc;
}

/**
 * What the CRC of a packet changes by when one of its bytes changes by `difference` (XOR) and `following`
 * bytes come after it: lets further copies of a burst reuse the first copy's checksum. [any-thread]
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
