// Whole numbers as decimal text, written backwards into place: no string is ever made.

/** Digits of a whole number 0 .. 2^53. [any-thread] */
export function decimalDigits(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return digits;
}

/** Writes a whole number, its sign included, at `offset`; returns the offset after it. [any-thread] */
export function writeDecimal(bytes: Uint8Array, offset: number, value: number): number {
  let rest = value < 0 ? -value : value;
  let at = offset;
  if (value < 0) bytes[at++] = 0x2d;
  const end = at + decimalDigits(rest);
  for (at = end - 1; rest >= 10; at--) {
    const tenth = Math.floor(rest / 10);
    bytes[at] = 0x30 + (rest - tenth * 10);
    rest = tenth;
  }
  bytes[at] = 0x30 + rest;
  return end;
}
