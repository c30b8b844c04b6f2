// Which notes a sender left sounding, and which sustain pedals down: what must be released when it is gone.
const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;
const SUSTAIN = 64;
const ALL_SOUND_OFF = 120;
const ALL_NOTES_OFF = 123;

export class SoundingNotes {
  private readonly velocity = new Uint8Array(16 * 128);
  private readonly sustain = new Uint8Array(16);
  count = 0;

  get hasPedals(): boolean {
    for (let channel = 0; channel < 16; channel++) if (this.sustain[channel] !== 0) return true;
    return false;
  }

  /** Follows one message. [engine-thread] */
  follow(bytes: Uint8Array, start: number, length: number): void {
    if (length < 3) return;
    const status = bytes[start] & 0xf0;
    const channel = bytes[start] & 0x0f;
    const first = bytes[start + 1] & 0x7f;
    const second = bytes[start + 2] & 0x7f;
    if (status === NOTE_ON && second > 0) this.set(channel * 128 + first, second);
    else if (status === NOTE_ON || status === NOTE_OFF) this.set(channel * 128 + first, 0);
    else if (status === CONTROL_CHANGE && first === SUSTAIN) this.sustain[channel] = second >= 64 ? 1 : 0;
    else if (status === CONTROL_CHANGE && (first === ALL_NOTES_OFF || first === ALL_SOUND_OFF)) {
      for (let note = 0; note < 128; note++) this.set(channel * 128 + note, 0);
    }
  }

  /** Hands a release for everything that sounds to `emit`, three bytes each, and forgets it; returns the notes. */
  release(scratch: Uint8Array, emit: (bytes: Uint8Array, length: number) => void): number {
    const released = this.count;
    for (let channel = 0; channel < 16; channel++) {
      if (this.sustain[channel] !== 0) {
        scratch[0] = CONTROL_CHANGE | channel;
        scratch[1] = SUSTAIN;
        scratch[2] = 0;
        emit(scratch, 3);
        this.sustain[channel] = 0;
      }
    }
    for (let key = 0; key < this.velocity.length && this.count > 0; key++) {
      if (this.velocity[key] === 0) continue;
      scratch[0] = NOTE_OFF | (key >> 7);
      scratch[1] = key & 127;
      scratch[2] = 64;
      emit(scratch, 3);
      this.set(key, 0);
    }
    return released;
  }

  private set(key: number, velocity: number): void {
    if (this.velocity[key] !== 0) this.count--;
    if (velocity !== 0) this.count++;
    this.velocity[key] = velocity;
  }
}
