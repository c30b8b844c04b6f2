// Brings what a receiver has played into line: with a state record of the sender, or with silence when the
// sender is gone. Every correction is a MIDI message of its own.
import { BEND, CONTROLLER, type EventOrder, NOTE, PRESSURE, PROGRAM } from './event-order.js';
import { BEND_UNKNOWN, MIDI_CHANNELS, type MidiState, UNKNOWN } from './midi-state.js';

const RELEASE_VELOCITY = 64;
const SUSTAIN = 64;
const SOSTENUTO = 66;
const HOLD_2 = 69;
const PEDALS = [SUSTAIN, SOSTENUTO, HOLD_2];

/** Takes `length` bytes of `bytes`. */
export type EmitMidi = (bytes: Uint8Array, length: number) => void;

/** Releases all notes that sound and all pedals that are down; returns the notes. [engine-thread] */
export function releaseAll(state: MidiState, scratch: Uint8Array, emit: EmitMidi): number {
  const released = state.sounding;
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    for (const pedal of PEDALS) {
      const value = state.controllers[channel * 128 + pedal];
      if (value === UNKNOWN || value < 64) continue;
      say(state, scratch, emit, 0xb0 | channel, pedal, 0);
    }
  }
  for (let key = 0; key < state.notes.length && state.sounding > 0; key++) {
    if (state.notes[key] !== 0) say(state, scratch, emit, 0x80 | (key >> 7), key & 127, RELEASE_VELOCITY);
  }
  return released;
}

/** Is anything left that releaseAll() would release? */
export function isHolding(state: MidiState): boolean {
  if (state.sounding > 0) return true;
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    for (const pedal of PEDALS) {
      const value = state.controllers[channel * 128 + pedal];
      if (value !== UNKNOWN && value >= 64) return true;
    }
  }
  return false;
}

/**
 * Corrects `mine` where the sender's state, as of event `number`, differs and nothing newer is known; what the
 * corrections stand for is stale from then on. Notes that the sender still sounds but that never arrived stay
 * silent: they are too old to begin now. Returns the number of corrections. [engine-thread]
 */
export function heal(
  mine: MidiState,
  theirs: MidiState,
  order: EventOrder,
  number: number,
  scratch: Uint8Array,
  emit: EmitMidi,
): number {
  let corrections = 0;
  const correct: Correct = (cell, status, first, second) => {
    if (!order.isOlder(cell, number)) return;
    const length = say(mine, scratch, emit, status, first, second);
    order.admit(scratch, 0, length, number);
    corrections++;
  };
  for (let key = 0; key < mine.notes.length && mine.sounding > 0; key++) {
    if (mine.notes[key] === 0 || theirs.notes[key] !== 0) continue;
    correct(NOTE + key, 0x80 | (key >> 7), key & 127, RELEASE_VELOCITY);
  }
  for (let cell = 0; cell < mine.controllers.length; cell++) {
    const value = theirs.controllers[cell];
    if (value === UNKNOWN || value === mine.controllers[cell]) continue;
    correct(CONTROLLER + cell, 0xb0 | (cell >> 7), cell & 127, value);
  }
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) healChannel(mine, theirs, channel, correct);
  return corrections;
}

type Correct = (cell: number, status: number, first: number, second: number) => void;

function healChannel(mine: MidiState, theirs: MidiState, channel: number, correct: Correct): void {
  const program = theirs.programs[channel];
  if (program !== UNKNOWN && program !== mine.programs[channel]) {
    correct(PROGRAM + channel, 0xc0 | channel, program, -1);
  }
  const pressure = theirs.pressures[channel];
  if (pressure !== UNKNOWN && pressure !== mine.pressures[channel]) {
    correct(PRESSURE + channel, 0xd0 | channel, pressure, -1);
  }
  const bend = theirs.bends[channel];
  if (bend !== BEND_UNKNOWN && bend !== mine.bends[channel]) {
    correct(BEND + channel, 0xe0 | channel, bend & 127, bend >> 7);
  }
}

/** Returns the message's bytes. */
function say(
  state: MidiState,
  scratch: Uint8Array,
  emit: EmitMidi,
  status: number,
  first: number,
  second: number,
): number {
  scratch[0] = status;
  scratch[1] = first;
  scratch[2] = second;
  const length = second < 0 ? 2 : 3;
  state.follow(scratch, 0, length);
  emit(scratch, length);
  return length;
}
