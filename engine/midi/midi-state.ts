// What a MIDI stream has brought about so far: the notes that sound, the controllers, programs, bends and
// pressures of each MIDI channel. Sender and receiver keep one each; the record of the sender's heals the
// receiver's after any loss. Which state matters follows RFC 6295's chapters P, C, W, N and T.
export const UNKNOWN = 0xff;
export const BEND_UNKNOWN = 0xffff;
export const MIDI_CHANNELS = 16;

export const RESET_ALL_CONTROLLERS = 121;
export const ALL_SOUND_OFF = 120;
export const ALL_NOTES_OFF = 123;
/** Bank select, modulation, data entry, volume, pan, ... but not the modes (120..127). */
export const CONTROLLERS_KEPT = 120;

export class MidiState {
  /** Velocity of the sounding notes, by channel * 128 + key; 0 = silent. */
  readonly notes = new Uint8Array(MIDI_CHANNELS * 128);
  readonly controllers = new Uint8Array(MIDI_CHANNELS * 128).fill(UNKNOWN);
  readonly programs = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly pressures = new Uint8Array(MIDI_CHANNELS).fill(UNKNOWN);
  readonly bends = new Uint16Array(MIDI_CHANNELS).fill(BEND_UNKNOWN);
  /** Channels with anything in them, one bit each. */
  used = 0;
  sounding = 0;

  clear(): void {
    this.notes.fill(0);
    this.controllers.fill(UNKNOWN);
    this.programs.fill(UNKNOWN);
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
      case 0xb0:
        this.control(channel, first, second);
        return;
      case 0xc0:
        this.programs[channel] = first;
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
  }

  private control(channel: number, controller: number, value: number): void {
    const row = channel * 128;
    if (controller === ALL_SOUND_OFF || controller >= ALL_NOTES_OFF) {
      for (let key = row; key < row + 128; key++) this.setNote(key, 0);
    } else if (controller === RESET_ALL_CONTROLLERS) {
      this.controllers.fill(UNKNOWN, row, row + CONTROLLERS_KEPT);
      this.pressures[channel] = UNKNOWN;
      this.bends[channel] = BEND_UNKNOWN;
    } else if (controller < CONTROLLERS_KEPT) this.controllers[row + controller] = value;
  }
}
