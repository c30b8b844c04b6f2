// The state record of a MIDI stream: a BINARY MIDI body whose first event has the impossible length 0xFFFF. A state
// too large for one packet is told in several records, each of other MIDI channels.
//
//   u32 eventNumber      the newest event that is part of the state
//   u32 longSent         messages without number that were repeated to the end, or gave way
//   u16 0xFFFF           what tells it from events
//   u16 channels         a bit for each MIDI channel that this record tells of
//   u16 used             a bit for each of them that follows, in order; nothing was ever heard of the others
//     u8 program, u8 bank high, u8 bank low, u8 pressure (0xFF = not set), u16 bend (0xFFFF = not set)
//     u8 notes, that many keys; from 17 on, 16 bytes with a bit for each key instead
//     u8 key pressures, that many pairs of key and value
//     u8 controllers, that many pairs of controller and value; 122, 124 and 126 stand for the modes
//     u8 selection: 0 RPN, 1 NRPN, 0xFF none
//     u8 parameters, for each: u16 number (bit 14: NRPN), u8 high, u8 low (0xFF = not set), i8 increments
import { BEND_UNKNOWN, MIDI_CHANNELS, type MidiState, UNKNOWN } from './midi-state.js';
import { PARAMETERS_MAX } from './parameter-table.js';

const MARK = 0xffff;
const HEADER_BYTES = 14;
const FIXED_BYTES = 11;
const KEYS_LISTED_MAX = 16;
const BITMAP_BYTES = 16;
const PARAMETER_BYTES = 5;

/** What a record says of itself. */
export interface MidiRecord {
  /** Channels it tells of, one bit each. */
  channels: number;
  bytes: number;
  /** The channel that the next record begins with; MIDI_CHANNELS when all are told. */
  next: number;
}

/** Is this BINARY body a state record? [engine-thread] */
export function isMidiState(u8: Uint8Array, offset: number, bytes: number): boolean {
  return bytes >= HEADER_BYTES && get16(u8, offset + 8) === MARK;
}

/** Number of the newest event that the record knows of. */
export function midiStateNumber(u8: Uint8Array, offset: number): number {
  return (get16(u8, offset) | (get16(u8, offset + 2) << 16)) >>> 0;
}

export function midiStateLongSent(u8: Uint8Array, offset: number): number {
  return (get16(u8, offset + 4) | (get16(u8, offset + 6) << 16)) >>> 0;
}

/**
 * Writes as many channels, from `first` on, as fit. The first fits always: what would be too much of it (parameters,
 * then controllers) is left out, which a receiver takes for unknown. [engine-thread]
 */
export function writeMidiState(
  u8: Uint8Array,
  offset: number,
  bytesMax: number,
  eventNumber: number,
  longSent: number,
  state: MidiState,
  first: number,
  out: MidiRecord,
): void {
  let at = put16(u8, put16(u8, offset, eventNumber), eventNumber >>> 16);
  at = put16(u8, put16(u8, put16(u8, at, longSent), longSent >>> 16), MARK) + 4;
  const end = offset + bytesMax;
  let channel = first;
  let used = 0;
  for (; channel < MIDI_CHANNELS; channel++) {
    if ((state.used & (1 << channel)) === 0) continue;
    if (used !== 0 && at + channelBytes(state, channel) > end) break;
    used |= 1 << channel;
    at = writeChannel(u8, at, end, state, channel);
  }
  out.channels = (0xffff << first) & (0xffff >> (MIDI_CHANNELS - channel)) & 0xffff;
  put16(u8, put16(u8, offset + HEADER_BYTES - 4, out.channels), used);
  out.bytes = at - offset;
  out.next = channel;
}

/** Fills `out` from a record; false when it is damaged. Only reads [offset, offset + bytes). [engine-thread] */
export function readMidiState(
  u8: Uint8Array,
  offset: number,
  bytes: number,
  out: MidiState,
  record: MidiRecord,
): boolean {
  out.clear();
  const end = offset + bytes;
  const used = get16(u8, offset + HEADER_BYTES - 2);
  record.channels = get16(u8, offset + HEADER_BYTES - 4);
  record.bytes = bytes;
  let at = offset + HEADER_BYTES;
  for (let channel = 0; channel < MIDI_CHANNELS && at >= 0; channel++) {
    if ((used & (1 << channel)) !== 0) at = readChannel(u8, at, end, out, channel);
  }
  out.used = used;
  return at === end && (used & ~record.channels) === 0;
}

function channelBytes(state: MidiState, channel: number): number {
  let notes = 0;
  let pairs = 0;
  for (let cell = channel * 128; cell < channel * 128 + 128; cell++) {
    if (state.notes[cell] !== 0) notes++;
    if (state.keyPressures[cell] !== UNKNOWN) pairs++;
    if (state.controllers[cell] !== UNKNOWN) pairs++;
  }
  let bytes = FIXED_BYTES + Math.min(notes, KEYS_LISTED_MAX) + 2 * pairs;
  for (let i = 0; i < PARAMETERS_MAX; i++) {
    if (state.parameters.isSet(channel * PARAMETERS_MAX + i)) bytes += PARAMETER_BYTES;
  }
  return bytes;
}

function writeChannel(u8: Uint8Array, start: number, end: number, state: MidiState, channel: number): number {
  u8[start] = state.programs[channel];
  u8[start + 1] = state.programBanksHigh[channel];
  u8[start + 2] = state.programBanksLow[channel];
  u8[start + 3] = state.pressures[channel];
  let at = writeNotes(u8, put16(u8, start + 4, state.bends[channel]), state, channel);
  const row = channel * 128;
  at = writePairs(u8, at, end - 3, state.keyPressures, row);
  at = writePairs(u8, at, end - 2, state.controllers, row);
  u8[at] = state.selections[channel];
  return writeParameters(u8, at + 1, end, state, channel);
}

function writeNotes(u8: Uint8Array, start: number, state: MidiState, channel: number): number {
  let count = 0;
  for (let key = 0; key < 128; key++) if (state.notes[channel * 128 + key] !== 0) count++;
  u8[start] = count;
  let at = start + 1;
  if (count > KEYS_LISTED_MAX) u8.fill(0, at, at + BITMAP_BYTES);
  for (let key = 0; key < 128; key++) {
    if (state.notes[channel * 128 + key] === 0) continue;
    if (count > KEYS_LISTED_MAX) u8[at + (key >> 3)] |= 1 << (key & 7);
    else u8[at++] = key;
  }
  return count > KEYS_LISTED_MAX ? at + BITMAP_BYTES : at;
}

/** The known ones of 128 values, as far as they fit. */
function writePairs(u8: Uint8Array, start: number, end: number, values: Uint8Array, row: number): number {
  let at = start + 1;
  for (let i = 0; i < 128 && at + 2 <= end; i++) {
    if (values[row + i] === UNKNOWN) continue;
    u8[at++] = i;
    u8[at++] = values[row + i];
  }
  u8[start] = (at - start - 1) / 2;
  return at;
}

function writeParameters(
  u8: Uint8Array,
  start: number,
  end: number,
  state: MidiState,
  channel: number,
): number {
  const { parameters } = state;
  let at = start + 1;
  for (let i = 0; i < PARAMETERS_MAX && at + PARAMETER_BYTES <= end; i++) {
    const entry = channel * PARAMETERS_MAX + i;
    if (!parameters.isSet(entry)) continue;
    at = put16(u8, at, parameters.numbers[entry]);
    u8[at++] = parameters.high[entry];
    u8[at++] = parameters.low[entry];
    u8[at++] = parameters.buttons[entry];
  }
  u8[start] = (at - start - 1) / PARAMETER_BYTES;
  return at;
}

/** Where the next channel begins; -1 when this one is damaged. */
function readChannel(u8: Uint8Array, start: number, end: number, out: MidiState, channel: number): number {
  if (end - start < FIXED_BYTES) return -1;
  out.programs[channel] = u8[start];
  out.programBanksHigh[channel] = u8[start + 1];
  out.programBanksLow[channel] = u8[start + 2];
  out.pressures[channel] = u8[start + 3];
  out.bends[channel] = get16(u8, start + 4);
  const bend = out.bends[channel];
  for (let i = 0; i < 4; i++) if (!isValue(u8[start + i])) return -1;
  if (bend > 16383 && bend !== BEND_UNKNOWN) return -1;
  let at = readNotes(u8, start + 6, end, out, channel);
  if (at >= 0) at = readPairs(u8, at, end, out.keyPressures, channel * 128);
  if (at >= 0) at = readPairs(u8, at, end, out.controllers, channel * 128);
  if (at < 0 || end - at < 2) return -1;
  if (u8[at] > 1 && u8[at] !== UNKNOWN) return -1;
  out.selections[channel] = u8[at];
  return readParameters(u8, at + 1, end, out, channel);
}

function readNotes(u8: Uint8Array, start: number, end: number, out: MidiState, channel: number): number {
  const count = u8[start];
  const listed = count <= KEYS_LISTED_MAX;
  const after = start + 1 + (listed ? count : BITMAP_BYTES);
  if (after > end) return -1;
  const row = channel * 128;
  if (listed) {
    for (let at = start + 1; at < after; at++) out.setNote(row + (u8[at] & 127), 1);
    return after;
  }
  for (let key = 0; key < 128; key++) {
    if ((u8[start + 1 + (key >> 3)] & (1 << (key & 7))) !== 0) out.setNote(row + key, 1);
  }
  return after;
}

function readPairs(u8: Uint8Array, start: number, end: number, values: Uint8Array, row: number): number {
  if (end - start < 1 || end - start < 1 + 2 * u8[start]) return -1;
  const after = start + 1 + 2 * u8[start];
  for (let at = start + 1; at < after; at += 2) values[row + (u8[at] & 127)] = u8[at + 1] & 127;
  return after;
}

function readParameters(u8: Uint8Array, start: number, end: number, out: MidiState, channel: number): number {
  const count = u8[start];
  if (count > PARAMETERS_MAX || end - start < 1 + count * PARAMETER_BYTES) return -1;
  for (let i = 0; i < count; i++) {
    const at = start + 1 + i * PARAMETER_BYTES;
    if (!isValue(u8[at + 2]) || !isValue(u8[at + 3])) return -1;
    const entry = out.parameters.touch(channel, get16(u8, at) & 0x7fff);
    out.parameters.high[entry] = u8[at + 2];
    out.parameters.low[entry] = u8[at + 3];
    out.parameters.buttons[entry] = u8[at + 4];
  }
  return start + 1 + count * PARAMETER_BYTES;
}

function isValue(value: number): boolean {
  return value <= 127 || value === UNKNOWN;
}

function get16(u8: Uint8Array, at: number): number {
  return u8[at] | (u8[at + 1] << 8);
}
function put16(u8: Uint8Array, at: number, value: number): number {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
  return at + 2;
}
