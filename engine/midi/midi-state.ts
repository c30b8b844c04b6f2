// What a MIDI stream has brought about so far: the notes that sound, the controllers, parameters, programs with
// their banks, bends, pressures and modes of each MIDI channel. Sender and receiver keep one each; the record of
// the sender's heals the receiver's after any loss. Which state matters follows RFC 6295's chapters P, C, M, W, N,
// A and T; what "reset all controllers" resets follows MIDI's recommended practice RP-015.
import {
  isParameterControl,
  isParameterSelection,
  NRPN_HIGH,
  NRPN_LOW,
  ParameterTable,
  RPN_HIGH,
  RPN_LOW,
} from './parameter-table.js';

export const UNKNOWN = 0xff;
export const BEND_UNKNOWN = 0xffff;
export const BEND_CENTRE = 8192;
export const MIDI_CHANNELS = 16;

export const BANK_HIGH = 0;
export const BANK_LOW = 32;
export const ALL_SOUND_OFF = 120;
export const RESET_ALL_CONTROLLERS = 121;
export const LOCAL_CONTROL = 122;
export const ALL_NOTES_OFF = 123;
export const OMNI_OFF = 124;
export const OMNI_ON = 125;
export const MONO = 126;
export const POLY = 127;
/** Bank select, modulation, volume, pan, ... but not the modes (120..127). */
export const CONTROLLERS_KEPT = 120;

/** Where `controllers` keeps the modes: local control's value; 0 or 1 for omni; mono's value or POLY. */
export const MODE_CELLS = [LOCAL_CONTROL, OMNI_OFF, MONO] as const;

/** RP-015: what "reset all controllers" sets, besides pressures, bend and the selected parameter. */
export const RESETS: readonly (readonly [number, number])[] = [
  [1, 0],
  [11, 127],
  [64, 0],
  [65, 0],
  [66, 0],
  [67, 0],
];
const NULL_PARAMETER = 127;

export const SELECTION = { rpn: 0, nrpn: 1 } as const;

export class MidiState {
  /** Velocity of the sounding notes, by channel * 128 + key; 0 = silent. */
  readonly notes = new Uint8Array(MIDI_CHANNELS * 128);
  /** Polyphonic pressure of the sounding notes. */
  readonly keyPressures = new Uint8Array(MIDI_CHANNELS * 128).fill(UNKNOWN);
  readonly controllers = new Uint8Array(MIDI_CHANNELS * 128).fill(UNKNOWN);
  readonly parameters = new ParameterTable();
  /** Which pair of controllers selected last: SELECTION. */
  readonly selections = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly programs = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  /** The bank that the program was taken from. */
  readonly programBanksHigh = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly programBanksLow = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly pressures = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly bends = new Uint16Array(MIDI_CHANNELS).fill(BEND_UNKNOWN);
  /** Channels with anything in them, one bit each. */
  used = 0;
  sounding = 0;

  clear(): void {
    this.notes.fill(0);
    this.keyPressures.fill(UNKNOWN);
    this.controllers.fill(UNKNOWN);
    this.parameters.clear();
    this.selections.fill(UNKNOWN);
    this.programs.fill(UNKNOWN);
    this.programBanksHigh.fill(UNKNOWN);
    this.programBanksLow.fill(UNKNOWN);
    this.pressures.fill(UNKNOWN);
    this.bends.fill(BEND_UNKNOWN);
    this.used = 0;
    this.sounding = 0;
  }

  /** Follows one message; others than channel messages change nothing. [engine-thread] */
  follow(bytes: Uint8Array, start: number, length: number): void {
    const status = bytes[start];
    if (length < 2 || status < 0x80 || status >= 0xf0) return;
    const channel = status & 15;
    const first = bytes[start + 1] & 127;
    const second = length > 2 ? bytes[start + 2] & 127 : 0;
    this.used |= 1 << channel;
    switch (status & 0xf0) {
      case 0x80:
        this.setNote(channel * 128 + first, 0);
        return;
      case 0x90:
        this.setNote(channel * 128 + first, second);
        return;
      case 0xa0:
        if (this.notes[channel * 128 + first] !== 0) this.keyPressures[channel * 128 + first] = second;
        return;
      case 0xb0:
        this.control(channel, first, second);
        return;
      case 0xc0:
        this.programs[channel] = first;
        this.programBanksHigh[channel] = this.controllers[channel * 128 + BANK_HIGH];
        this.programBanksLow[channel] = this.controllers[channel * 128 + BANK_LOW];
        return;
      case 0xd0:
        this.pressures[channel] = first;
        return;
      case 0xe0:
        this.bends[channel] = first | (second << 7);
        return;
    }
  }

  setNote(key: number, velocity: number): void {
    if (this.notes[key] !== 0) this.sounding--;
    if (velocity !== 0) this.sounding++;
    this.notes[key] = velocity;
    this.keyPressures[key] = UNKNOWN;
  }

  /** Do any notes of the channel sound? */
  isSounding(channel: number): boolean {
    if (this.sounding === 0) return false;
    for (let key = channel * 128; key < channel * 128 + 128; key++) if (this.notes[key] !== 0) return true;
    return false;
  }

  /** The parameter that data entry would change now; -1 for none. */
  selectedParameter(channel: number): number {
    const kind = this.selections[channel];
    if (kind === UNKNOWN) return -1;
    const row = channel * 128;
    const high = this.controllers[row + (kind === SELECTION.nrpn ? NRPN_HIGH : RPN_HIGH)];
    const low = this.controllers[row + (kind === SELECTION.nrpn ? NRPN_LOW : RPN_LOW)];
    if (high === UNKNOWN || low === UNKNOWN || (high === NULL_PARAMETER && low === NULL_PARAMETER)) return -1;
    return (kind << 14) | (high << 7) | low;
  }

  private control(channel: number, controller: number, value: number): void {
    const row = channel * 128;
    if (controller >= CONTROLLERS_KEPT) this.mode(channel, controller, value);
    else if (!isParameterControl(controller)) this.controllers[row + controller] = value;
    else if (isParameterSelection(controller)) {
      this.controllers[row + controller] = value;
      this.selections[channel] = controller <= NRPN_HIGH ? SELECTION.nrpn : SELECTION.rpn;
    } else {
      const number = this.selectedParameter(channel);
      if (number >= 0) this.parameters.change(this.parameters.touch(channel, number), controller, value);
    }
  }

  private mode(channel: number, mode: number, value: number): void {
    const row = channel * 128;
    if (mode === RESET_ALL_CONTROLLERS) this.resetControllers(channel);
    else if (mode === LOCAL_CONTROL) this.controllers[row + LOCAL_CONTROL] = value;
    else {
      for (let key = row; key < row + 128; key++) this.setNote(key, 0);
      const cell = modeCell(mode);
      if (cell >= 0) this.controllers[row + cell] = modeValue(mode, value);
    }
  }

  private resetControllers(channel: number): void {
    const row = channel * 128;
    for (const [controller, value] of RESETS) this.controllers[row + controller] = value;
    for (let controller = NRPN_LOW; controller <= RPN_HIGH; controller++) {
      this.controllers[row + controller] = NULL_PARAMETER;
    }
    this.selections[channel] = SELECTION.rpn;
    this.pressures[channel] = 0;
    this.bends[channel] = BEND_CENTRE;
    for (let key = row; key < row + 128; key++) {
      if (this.keyPressures[key] !== UNKNOWN) this.keyPressures[key] = 0;
    }
  }
}

/** Which of MODE_CELLS a mode message sets; -1 for those that only happen. */
export function modeCell(mode: number): number {
  if (mode === LOCAL_CONTROL) return LOCAL_CONTROL;
  if (mode === OMNI_OFF || mode === OMNI_ON) return OMNI_OFF;
  return mode === MONO || mode === POLY ? MONO : -1;
}

/** What it sets it to. */
export function modeValue(mode: number, value: number): number {
  if (mode === OMNI_OFF || mode === OMNI_ON) return mode - OMNI_OFF;
  return mode === POLY ? POLY : Math.min(value, 16);
}
