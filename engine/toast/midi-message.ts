// The shape of MIDI 1.0 messages.
export const SYSEX_START = 0xf0;
export const QUARTER_FRAME = 0xf1;
export const SYSEX_END = 0xf7;
export const REALTIME_FIRST = 0xf8;

/** Bytes of a message by its status byte; 0: system exclusive, any length; -1: not a status MIDI 1.0 defines. [any-thread] */
export function midiMessageBytes(status: number): number {
  if (status < 0x80) return -1;
  if (status < 0xf0) return (status & 0xe0) === 0xc0 ? 2 : 3;
  if (status === SYSEX_START) return 0;
  if (status === 0xf2) return 3;
  if (status === QUARTER_FRAME || status === 0xf3) return 2;
  return status === 0xf4 || status === 0xf5 || status === SYSEX_END || status === 0xf9 || status === 0xfd
    ? -1
    : 1;
}

/** True for exactly one whole message: no running status, nothing before or after. [any-thread] */
export function isMidiMessage(bytes: Uint8Array, start: number, length: number): boolean {
  if (length < 1) return false;
  const expected = midiMessageBytes(bytes[start]);
  let dataEnd = length;
  if (expected === 0) {
    dataEnd = length - 1;
    if (dataEnd < 1 || bytes[start + dataEnd] !== SYSEX_END) return false;
  } else if (expected !== length) return false;
  for (let i = 1; i < dataEnd; i++) if (bytes[start + i] >= 0x80) return false;
  return true;
}
