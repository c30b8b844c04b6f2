// Loss and repetition bring events out of order. For everything that keeps a value (a note, a controller, a
// program, ...) the newest event number that touched it is remembered: an older one that comes afterwards is
// stale, and playing it would undo the present.
import { sequenceDistance } from '../toast/sequence.js';
import { ALL_NOTES_OFF, ALL_SOUND_OFF, CONTROLLERS_KEPT, RESET_ALL_CONTROLLERS } from './midi-state.js';

const NOTES = 0;
const CONTROLLERS = 2048;
const PROGRAMS = 4096;
const PRESSURES = 4112;
const BENDS = 4128;
const CELLS = 4144;

export const PROGRAM = PROGRAMS;
export const PRESSURE = PRESSURES;
export const BEND = BENDS;
export const CONTROLLER = CONTROLLERS;
export const NOTE = NOTES;

export class EventOrder {
  private readonly newest = new Uint32Array(CELLS);
  private readonly touched = new Uint8Array(CELLS);

  /** False when a newer event of the same value was played; else it is now the newest. [engine-thread] */
  admit(bytes: Uint8Array, start: number, length: number, number: number): boolean {
    const cell = cellOf(bytes, start, length);
    if (cell >= 0) return this.touch(cell, number);
    if (length > 1 && (bytes[start] & 0xf0) === 0xb0)
      this.admitMode(bytes[start] & 15, bytes[start + 1], number);
    return true;
  }

  /** A channel mode message sets many values at once. */
  private admitMode(channel: number, mode: number, number: number): void {
    if (mode === RESET_ALL_CONTROLLERS) {
      for (let i = 0; i < CONTROLLERS_KEPT; i++) this.touch(CONTROLLERS + channel * 128 + i, number);
      this.touch(PRESSURES + channel, number);
      this.touch(BENDS + channel, number);
    } else if (mode === ALL_SOUND_OFF || mode >= ALL_NOTES_OFF) {
      for (let key = 0; key < 128; key++) this.touch(NOTES + channel * 128 + key, number);
    }
  }

  private touch(cell: number, number: number): boolean {
    if (this.touched[cell] !== 0 && sequenceDistance(number, this.newest[cell]) < 0) return false;
    this.touched[cell] = 1;
    this.newest[cell] = number;
    return true;
  }

  /** Is what is known of this value older than event `number`, or of that age? */
  isOlder(cell: number, number: number): boolean {
    return this.touched[cell] === 0 || sequenceDistance(this.newest[cell], number) <= 0;
  }
}

/** The value that a message sets; -1 when it sets none. */
function cellOf(bytes: Uint8Array, start: number, length: number): number {
  if (length < 2) return -1;
  const channel = bytes[start] & 15;
  const first = bytes[start + 1] & 127;
  switch (bytes[start] & 0xf0) {
    case 0x80:
    case 0x90:
      return NOTES + channel * 128 + first;
    case 0xb0:
      return first < CONTROLLERS_KEPT ? CONTROLLERS + channel * 128 + first : -1;
    case 0xc0:
      return PROGRAMS + channel;
    case 0xd0:
      return PRESSURES + channel;
    case 0xe0:
      return BENDS + channel;
    default:
      return -1;
  }
}
