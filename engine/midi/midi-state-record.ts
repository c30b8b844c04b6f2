// The state record of a MIDI stream: a BINARY MIDI body whose first event has the impossible length 0xFFFF.
//
//   u32 eventNumber      the newest event that is part of the state
//   i32 frameOffset      0
//   u16 0xFFFF           what tells it from events
//   u16 channels         a bit for each channel that follows, in order; for each of them:
//     u8 program, u8 pressure (0xFF = not set), u16 bend (0xFFFF = not set)
//     u8 notes, that many keys; u8 controllers, that many pairs of controller and value
import { BEND_UNKNOWN, MIDI_CHANNELS, type MidiState, UNKNOWN } from './midi-state.js';

const MARK = 0xffff;
const HEADER_BYTES = 12;
const CHANNEL_BYTES = 6;

/** Is this BINARY body a state record? [engine-thread] */
export function isMidiState(u8: Uint8Array, offset: number, bytes: number): boolean {
  return bytes >= HEADER_BYTES && (u8[offset + 8] | (u8[offset + 9] << 8)) === MARK;
}

/** Number of the newest event that the record knows of. */
export function midiStateNumber(u8: Uint8Array, offset: number): number {
  return (u8[offset] | (u8[offset + 1] << 8) | (u8[offset + 2] << 16) | (u8[offset + 3] << 24)) >>> 0;
}

/**
 * Writes the record; returns its bytes. When it does not fit, controllers of the later channels are left out:
 * notes come first. [engine-thread]
 */
export function writeMidiState(
  u8: Uint8Array,
  offset: number,
  bytesMax: number,
  eventNumber: number,
  state: MidiState,
): number {
  let at = put16(u8, put16(u8, offset, eventNumber), eventNumber >>> 16);
  at = put16(u8, put16(u8, put16(u8, at, 0), 0), MARK);
  at = put16(u8, at, state.used);
  const end = offset + bytesMax;
  // Room that the notes of later channels need is kept free of controllers.
  let reserved = noteBytes(state, 0);
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    if ((state.used & (1 << channel)) === 0) continue;
    reserved -= noteBytesOf(state, channel);
    u8[at] = state.programs[channel];
    u8[at + 1] = state.pressures[channel];
    at = writeNotes(u8, put16(u8, at + 2, state.bends[channel]), state, channel);
    at = writeControllers(u8, at, end - reserved, state, channel);
  }
  return at - offset;
}

/** Fills `out` from a record; false when it is damaged. Only reads [offset, offset + bytes). [engine-thread] */
export function readMidiState(u8: Uint8Array, offset: number, bytes: number, out: MidiState): boolean {
  out.clear();
  const end = offset + bytes;
  const used = u8[offset + 10] | (u8[offset + 11] << 8);
  let at = offset + HEADER_BYTES;
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    if ((used & (1 << channel)) === 0) continue;
    if (end - at < CHANNEL_BYTES) return false;
    out.programs[channel] = u8[at];
    out.pressures[channel] = u8[at + 1];
    out.bends[channel] = u8[at + 2] | (u8[at + 3] << 8);
    const noteCount = u8[at + 4];
    at += 5;
    if (noteCount > 128 || end - at < noteCount + 1) return false;
    for (let i = 0; i < noteCount; i++) out.setNote(channel * 128 + (u8[at + i] & 127), 1);
    at += noteCount;
    const pairs = u8[at++];
    if (end - at < pairs * 2) return false;
    for (let i = 0; i < pairs; i++) {
      out.controllers[channel * 128 + (u8[at + 2 * i] & 127)] = u8[at + 2 * i + 1] & 127;
    }
    at += pairs * 2;
  }
  out.used = used;
  return at === end && plausible(out);
}

function plausible(state: MidiState): boolean {
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    if (state.programs[channel] > 127 && state.programs[channel] !== UNKNOWN) return false;
    if (state.pressures[channel] > 127 && state.pressures[channel] !== UNKNOWN) return false;
    if (state.bends[channel] > 16383 && state.bends[channel] !== BEND_UNKNOWN) return false;
  }
  return true;
}

function writeNotes(u8: Uint8Array, start: number, state: MidiState, channel: number): number {
  let at = start + 1;
  for (let key = 0; key < 128; key++) if (state.notes[channel * 128 + key] !== 0) u8[at++] = key;
  u8[start] = at - start - 1;
  return at;
}

function writeControllers(
  u8: Uint8Array,
  start: number,
  end: number,
  state: MidiState,
  channel: number,
): number {
  let at = start + 1;
  for (let controller = 0; controller < 120 && at + 2 <= end; controller++) {
    const value = state.controllers[channel * 128 + controller];
    if (value === UNKNOWN) continue;
    u8[at++] = controller;
    u8[at++] = value;
  }
  u8[start] = (at - start - 1) / 2;
  return at;
}

function noteBytes(state: MidiState, from: number): number {
  let bytes = 0;
  for (let channel = from; channel < MIDI_CHANNELS; channel++) {
    if ((state.used & (1 << channel)) !== 0) bytes += noteBytesOf(state, channel);
  }
  return bytes;
}

function noteBytesOf(state: MidiState, channel: number): number {
  let bytes = CHANNEL_BYTES;
  for (let key = 0; key < 128; key++) if (state.notes[channel * 128 + key] !== 0) bytes++;
  return bytes;
}

function put16(u8: Uint8Array, at: number, value: number): number {
  u8[at] = value;
  u8[at + 1] = value >>> 8;
  return at + 2;
}
