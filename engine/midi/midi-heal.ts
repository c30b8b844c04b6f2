// Brings what a receiver has played into line: with a state record of the sender, or with silence when the
// sender is gone. Every correction is a MIDI message of its own.
import {
  BEND,
  CONTROLLER,
  type EventOrder,
  KEY_PRESSURE,
  NOTE,
  PARAMETER,
  PRESSURE,
  PROGRAM,
} from './event-order.js';
import { healParameters } from './heal-parameters.js';
import {
  BANK_HIGH,
  BANK_LOW,
  BEND_UNKNOWN,
  CONTROLLERS_KEPT,
  LOCAL_CONTROL,
  MIDI_CHANNELS,
  type MidiState,
  MODE_CELLS,
  MONO,
  OMNI_OFF,
  POLY,
  UNKNOWN,
} from './midi-state.js';
import type { ParameterGuard } from './parameter-guard.js';
import { isParameterControl } from './parameter-table.js';

const RELEASE_VELOCITY = 64;
const SUSTAIN = 64;
const SOSTENUTO = 66;
const HOLD_2 = 69;
const PEDALS = [SUSTAIN, SOSTENUTO, HOLD_2];

/** Takes `length` bytes of `bytes`. */
export type EmitMidi = (bytes: Uint8Array, length: number) => void;

/** What a receiver knows of one stream. */
export interface Played {
  readonly state: MidiState;
  readonly order: EventOrder;
  readonly guard: ParameterGuard;
}

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
 * Corrects what was played where the sender's state, as of event `number`, differs and nothing newer is known;
 * what the corrections stand for is stale from then on. Notes that the sender still sounds but that never arrived
 * stay silent: they are too old to begin now. Returns the number of corrections. [engine-thread]
 * @param channels those that the record tells of, one bit each
 */
export function heal(
  played: Played,
  theirs: MidiState,
  channels: number,
  number: number,
  scratch: Uint8Array,
  emit: EmitMidi,
): number {
  const healing = new Healing(played, theirs, number, scratch, emit);
  for (let channel = 0; channel < MIDI_CHANNELS; channel++) {
    if ((channels & (1 << channel) & (played.state.used | theirs.used)) !== 0) healing.channel(channel);
  }
  return healing.corrections;
}

/** One record on its way into what was played. */
class Healing {
  corrections = 0;
  private readonly mine: MidiState;
  private readonly order: EventOrder;

  constructor(
    private readonly played: Played,
    private readonly theirs: MidiState,
    private readonly number: number,
    private readonly scratch: Uint8Array,
    private readonly emit: EmitMidi,
  ) {
    this.mine = played.state;
    this.order = played.order;
  }

  channel(channel: number): void {
    this.notes(channel);
    this.controllers(channel);
    this.program(channel);
    const { mine, theirs } = this;
    const pressure = theirs.pressures[channel];
    if (pressure !== UNKNOWN && this.concerns(PRESSURE + channel) && pressure !== mine.pressures[channel]) {
      this.say(0xd0 | channel, pressure, -1);
    }
    const bend = theirs.bends[channel];
    if (bend !== BEND_UNKNOWN && this.concerns(BEND + channel) && bend !== mine.bends[channel]) {
      this.say(0xe0 | channel, bend & 127, bend >> 7);
    }
    if (this.concerns(PARAMETER + channel)) {
      healParameters(mine, theirs, channel, (controller, value) =>
        this.say(0xb0 | channel, controller, value),
      );
      this.played.guard.confirm(channel, this.number);
    }
    this.modes(channel);
  }

  private notes(channel: number): void {
    const { mine, theirs } = this;
    for (let key = 0; key < 128; key++) {
      const cell = channel * 128 + key;
      if (theirs.notes[cell] === 0) {
        // A note-on from before is stale from now on: its end would never come.
        if (this.concerns(NOTE + cell) && mine.notes[cell] !== 0) {
          this.say(0x80 | channel, key, RELEASE_VELOCITY);
        }
        continue;
      }
      const pressure = theirs.keyPressures[cell];
      if (mine.notes[cell] === 0 || pressure === UNKNOWN || pressure === mine.keyPressures[cell]) continue;
      // Only of the note that the record knows: one that began since has its own.
      if (this.order.isOlder(NOTE + cell, this.number) && this.concerns(KEY_PRESSURE + cell)) {
        this.say(0xa0 | channel, key, pressure);
      }
    }
  }

  private controllers(channel: number): void {
    for (let controller = 0; controller < CONTROLLERS_KEPT; controller++) {
      if (!isParameterControl(controller)) this.controller(channel, controller);
    }
  }

  private controller(channel: number, controller: number): void {
    const cell = channel * 128 + controller;
    const value = this.theirs.controllers[cell];
    if (value === UNKNOWN || !this.concerns(CONTROLLER + cell)) return;
    if (value !== this.mine.controllers[cell]) this.say(0xb0 | channel, controller, value);
  }

  /** A program is what it is by the bank that was selected when it was chosen; without any, the first. */
  private program(channel: number): void {
    const { mine, theirs } = this;
    const program = theirs.programs[channel];
    if (program === UNKNOWN || !this.concerns(PROGRAM + channel)) return;
    const high = bank(theirs.programBanksHigh[channel]);
    const low = bank(theirs.programBanksLow[channel]);
    const sameHigh = high === bank(mine.programBanksHigh[channel]);
    const sameLow = low === bank(mine.programBanksLow[channel]);
    if (program === mine.programs[channel] && sameHigh && sameLow) return;
    const row = channel * 128;
    const highAfter = mine.controllers[row + BANK_HIGH];
    const lowAfter = mine.controllers[row + BANK_LOW];
    this.selectBank(channel, BANK_HIGH, high);
    this.selectBank(channel, BANK_LOW, low);
    this.say(0xc0 | channel, program, -1);
    // A bank that was selected since is for the next program.
    this.selectBank(channel, BANK_HIGH, bank(highAfter));
    this.selectBank(channel, BANK_LOW, bank(lowAfter));
  }

  private selectBank(channel: number, controller: number, value: number): void {
    if (bank(this.mine.controllers[channel * 128 + controller]) === value) return;
    this.say(0xb0 | channel, controller, value);
  }

  /** Omni, mono and poly end all notes of a channel: they wait until none sounds. */
  private modes(channel: number): void {
    for (const cell of MODE_CELLS) {
      const at = channel * 128 + cell;
      const told = this.theirs.controllers[at];
      const value = cell === OMNI_OFF && told !== UNKNOWN ? Math.min(told, 1) : told;
      if (value === UNKNOWN || value === this.mine.controllers[at]) continue;
      if (cell !== LOCAL_CONTROL && this.mine.isSounding(channel)) continue;
      if (!this.concerns(CONTROLLER + at)) continue;
      if (cell === OMNI_OFF) this.say(0xb0 | channel, OMNI_OFF + value, 0);
      else if (cell === MONO && value === POLY) this.say(0xb0 | channel, POLY, 0);
      else this.say(0xb0 | channel, cell, value);
    }
  }

  /** Is nothing newer known than the record? Then what is older is stale from now on. */
  private concerns(cell: number): boolean {
    return this.order.touch(cell, this.number);
  }

  private say(status: number, first: number, second: number): void {
    this.corrections++;
    say(this.mine, this.scratch, this.emit, status, first, second);
  }
}

function bank(value: number): number {
  return value === UNKNOWN ? 0 : value;
}

function say(
  state: MidiState,
  scratch: Uint8Array,
  emit: EmitMidi,
  status: number,
  first: number,
  second: number,
): void {
  scratch[0] = status;
  scratch[1] = first;
  scratch[2] = second;
  const length = second < 0 ? 2 : 3;
  state.follow(scratch, 0, length);
  emit(scratch, length);
}
