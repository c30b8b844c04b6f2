// Loss and repetition bring events out of order. For everything that keeps a value (a note, a controller, a
// program, ...) the newest event number that touched it is remembered: an older one that comes afterwards is
// stale, and playing it would undo the present. Controllers of one parameter are one value: they only mean
// something in their order.
import { sequenceDistance } from '../toast/sequence.js';
import {
  ALL_SOUND_OFF,
  CONTROLLERS_KEPT,
  LOCAL_CONTROL,
  MIDI_CHANNELS,
  modeCell,
  RESET_ALL_CONTROLLERS,
  RESETS,
} from './midi-state.js';
import { isParameterControl } from './parameter-table.js';

export const NOTE = 0;
export const CONTROLLER = NOTE + MIDI_CHANNELS * 128;
export const KEY_PRESSURE = CONTROLLER + MIDI_CHANNELS * 128;
export const PROGRAM = KEY_PRESSURE + MIDI_CHANNELS * 128;
export const PRESSURE = PROGRAM + MIDI_CHANNELS;
export const BEND = PRESSURE + MIDI_CHANNELS;
export const PARAMETER = BEND + MIDI_CHANNELS;
const CELLS = PARAMETER + MIDI_CHANNELS;

/** inPart: a mode message that is older than some of what it would undo, and newer than the rest. */
export const ADMITTED = { whole: 0, stale: 1, inPart: 2 } as const;

export class EventOrder {
  private readonly newest = new Uint32Array(CELLS);
  private readonly touched = new Uint8Array(CELLS);

  /** What may be played of event `number`; what it sets has this age then. [engine-thread] */
  admit(bytes: Uint8Array, start: number, length: number, number: number): number {
    if (length < 2) return ADMITTED.whole;
    const status = bytes[start] & 0xf0;
    const channel = bytes[start] & 15;
    const first = bytes[start + 1] & 127;
    if (status === 0xb0 && first >= CONTROLLERS_KEPT) return this.admitMode(channel, first, number);
    const cell = cellOf(status, channel, first);
    if (cell < 0) return ADMITTED.whole;
    // Pressure belongs to the note that sounded then, not to one that began since.
    if (status === 0xa0 && this.isNewer(NOTE + channel * 128 + first, number)) return ADMITTED.stale;
    return this.touch(cell, number) ? ADMITTED.whole : ADMITTED.stale;
  }

  /** Gives what a cell stands for the age of event `number`; false when it is newer. */
  touch(cell: number, number: number): boolean {
    if (this.isNewer(cell, number)) return false;
    this.touched[cell] = 1;
    this.newest[cell] = number;
    return true;
  }

  /** Is what is known of this value older than event `number`, or of that age? */
  isOlder(cell: number, number: number): boolean {
    return !this.isNewer(cell, number);
  }

  private isNewer(cell: number, number: number): boolean {
    return this.touched[cell] !== 0 && sequenceDistance(number, this.newest[cell]) < 0;
  }

  /** A channel mode message sets many values at once. */
  private admitMode(channel: number, mode: number, number: number): number {
    const own = modeCell(mode);
    if (own >= 0 && this.isNewer(CONTROLLER + channel * 128 + own, number)) return ADMITTED.stale;
    let whole = true;
    if (mode === RESET_ALL_CONTROLLERS) whole = this.touchResets(channel, number);
    else if (mode === ALL_SOUND_OFF || mode > LOCAL_CONTROL) {
      whole = this.touchRow(NOTE + channel * 128, number);
    }
    if (!whole) return ADMITTED.inPart;
    if (own >= 0) this.touch(CONTROLLER + channel * 128 + own, number);
    return ADMITTED.whole;
  }

  private touchResets(channel: number, number: number): boolean {
    let whole = this.touchRow(KEY_PRESSURE + channel * 128, number);
    for (const [controller] of RESETS) {
      if (!this.touch(CONTROLLER + channel * 128 + controller, number)) whole = false;
    }
    for (const cell of [PARAMETER, PRESSURE, BEND]) if (!this.touch(cell + channel, number)) whole = false;
    return whole;
  }

  private touchRow(row: number, number: number): boolean {
    let whole = true;
    for (let cell = row; cell < row + 128; cell++) if (!this.touch(cell, number)) whole = false;
    return whole;
  }
}

/** The value that a message sets; -1 when it sets none. */
function cellOf(status: number, channel: number, first: number): number {
  switch (status) {
    case 0x80:
    case 0x90:
      return NOTE + channel * 128 + first;
    case 0xa0:
      return KEY_PRESSURE + channel * 128 + first;
    case 0xb0:
      return isParameterControl(first) ? PARAMETER + channel : CONTROLLER + channel * 128 + first;
    case 0xc0:
      return PROGRAM + channel;
    case 0xd0:
      return PRESSURE + channel;
    case 0xe0:
      return BEND + channel;
    default:
      return -1;
  }
}
