// Reads MIDI messages from text, straight from the bytes. Keys may come in any order, with any space; keys
// that mean nothing here are skipped with their values. The last of equal keys counts.
import { ByteScanner } from './byte-scanner.js';
import type { MidiBatch } from './midi-batch.js';
import { isMidiMessage, midiMessageBytes, QUARTER_FRAME, SYSEX_START } from './midi-message.js';
import { textCode } from './midi-text.js';

const KEY_KIND = textCode('t');
const KEY_DATA = textCode('d');
const KEY_FRAME = textCode('f');
const KEY_NUMBER = textCode('seq');

/** The keys whose values make a message, with their ranges; the order is that of the constants below. */
const VALUE_KEYS = Int32Array.from(['c', 'n', 'v', 'cc', 'val', 'p', 'b', 'pr'], textCode);
const VALUE_MIN = Int32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
const VALUE_MAX = Int32Array.of(16, 127, 127, 127, 127, 127, 16383, 127);
const CHANNEL = 0;
const NOTE = 1;
const VELOCITY = 2;
const CONTROLLER = 3;
const VALUE = 4;
const PROGRAM = 5;
const BEND = 6;
const PRESSURE = 7;

const NOTE_ON = textCode('n+');
const NOTE_OFF = textCode('n-');
const POLY_PRESSURE = textCode('at');
const CONTROL_CHANGE = textCode('cc');
const PROGRAM_CHANGE = textCode('pc');
const CHANNEL_PRESSURE = textCode('cp');
const PITCH_BEND = textCode('pb');
const SYSEX = textCode('sx');
const TIME_CODE = textCode('tc');
const OTHER = textCode('rt');

const ABSENT = -1;

export class MidiTextReader {
  private readonly scanner = new ByteScanner();
  private valid = true;
  private kind = 0;
  private readonly values = new Int32Array(VALUE_KEYS.length);
  private hasNumber = 0;
  /** The bits of the u32. Small integers only, here and above: V8 boxes what is none before it has compiled. */
  private eventNumber = 0;
  private frame = 0;
  /** Bytes of `d`, which lie in the batch's arena from `bytesUsed` on. */
  private dataBytes = 0;

  /** COMPACT: one object a line. A line that is not valid is counted; the others count. [engine-thread] */
  readLines(u8: Uint8Array, offset: number, bytes: number, batch: MidiBatch): void {
    const { scanner } = this;
    const end = offset + bytes;
    for (let start = offset; start < end; ) {
      let lineEnd = start;
      while (lineEnd < end && u8[lineEnd] !== 0x0a) lineEnd++;
      scanner.begin(u8, start, lineEnd);
      start = lineEnd + 1;
      if (scanner.atEnd()) continue;
      if (!this.takeObject(batch) || !scanner.atEnd() || !this.emit(batch)) batch.skipped++;
    }
  }

  /** JSON: one object, or an array of them. False when it is not well-formed. [engine-thread] */
  readDocument(u8: Uint8Array, offset: number, bytes: number, batch: MidiBatch): boolean {
    const { scanner } = this;
    scanner.begin(u8, offset, offset + bytes);
    if (!scanner.take(0x5b)) {
      if (!this.takeObject(batch) || !scanner.atEnd()) return false;
      if (!this.emit(batch)) batch.skipped++;
      return true;
    }
    if (scanner.take(0x5d)) return scanner.atEnd();
    do {
      if (!this.takeObject(batch)) return false;
      if (!this.emit(batch)) batch.skipped++;
    } while (scanner.take(0x2c));
    return scanner.take(0x5d) && scanner.atEnd();
  }

  /** False when it is not an object; whether it means a message is seen at emit(). */
  private takeObject(batch: MidiBatch): boolean {
    const { scanner } = this;
    this.valid = true;
    this.kind = 0;
    this.values.fill(ABSENT);
    this.hasNumber = 0;
    this.eventNumber = 0;
    this.frame = 0;
    this.dataBytes = 0;
    if (!scanner.take(0x7b)) return false;
    if (scanner.take(0x7d)) return true;
    do {
      if (!scanner.takeKey()) return false;
      const at = scanner.at;
      if (this.takeMember(scanner.textCode(), batch)) continue;
      this.valid = false;
      scanner.at = at;
      if (!scanner.skipValue()) return false;
    } while (scanner.take(0x2c));
    return scanner.take(0x7d);
  }

  /** False when the value is not one that the key may have. */
  private takeMember(key: number, batch: MidiBatch): boolean {
    const { scanner } = this;
    if (key === KEY_KIND) {
      if (!scanner.takeText()) return false;
      this.kind = scanner.textCode();
      return true;
    }
    if (key === KEY_DATA) return this.takeData(batch);
    if (key === KEY_FRAME) return this.takeFrame();
    if (key === KEY_NUMBER) {
      const number = scanner.takeWhole(0xffffffff);
      this.hasNumber = 1;
      this.eventNumber = number | 0;
      return number !== ABSENT;
    }
    for (let i = 0; i < VALUE_KEYS.length; i++) {
      if (VALUE_KEYS[i] !== key) continue;
      const value = scanner.takeWhole(VALUE_MAX[i]);
      this.values[i] = value;
      return value >= VALUE_MIN[i];
    }
    return scanner.skipValue();
  }

  private takeFrame(): boolean {
    const { scanner } = this;
    const negative = scanner.take(0x2d);
    const digit = scanner.peek() - 0x30;
    if (negative && (digit < 0 || digit > 9)) return false;
    const value = scanner.takeWhole(negative ? 0x80000000 : 0x7fffffff);
    this.frame = negative ? -value | 0 : value;
    return value !== ABSENT;
  }

  private takeData(batch: MidiBatch): boolean {
    const { scanner } = this;
    this.dataBytes = 0;
    if (!scanner.take(0x5b)) return false;
    do {
      const byte = scanner.takeWhole(255);
      if (byte === ABSENT || !batch.fits(this.dataBytes + 1)) return false;
      batch.bytes[batch.bytesUsed + this.dataBytes++] = byte;
    } while (scanner.take(0x2c));
    return scanner.take(0x5d);
  }

  /** Adds the message that the object's members make; false when they make none or there is no room. */
  private emit(batch: MidiBatch): boolean {
    if (!this.valid) return false;
    const { values } = this;
    switch (this.kind) {
      case NOTE_ON:
        return this.emitChannel(batch, 0x90, values[NOTE], values[VELOCITY]);
      case NOTE_OFF:
        return this.emitChannel(batch, 0x80, values[NOTE], values[VELOCITY]);
      case POLY_PRESSURE:
        return this.emitChannel(batch, 0xa0, values[NOTE], values[PRESSURE]);
      case CONTROL_CHANGE:
        return this.emitChannel(batch, 0xb0, values[CONTROLLER], values[VALUE]);
      case PROGRAM_CHANGE:
        return this.emitChannel(batch, 0xc0, values[PROGRAM], 0);
      case CHANNEL_PRESSURE:
        return this.emitChannel(batch, 0xd0, values[PRESSURE], 0);
      case PITCH_BEND:
        if (values[BEND] === ABSENT) return false;
        return this.emitChannel(batch, 0xe0, values[BEND] & 127, values[BEND] >>> 7);
      case TIME_CODE:
        return values[VALUE] !== ABSENT && this.emitShort(batch, QUARTER_FRAME, 2, values[VALUE], 0);
      case SYSEX:
      case OTHER:
        return this.emitData(batch);
      default:
        return false;
    }
  }

  private emitChannel(batch: MidiBatch, status: number, first: number, second: number): boolean {
    const channel = this.values[CHANNEL];
    if (channel === ABSENT || first === ABSENT || second === ABSENT) return false;
    return this.emitShort(batch, status | (channel - 1), midiMessageBytes(status), first, second);
  }

  private emitShort(
    batch: MidiBatch,
    status: number,
    length: number,
    first: number,
    second: number,
  ): boolean {
    if (!batch.fits(length)) return false;
    batch.bytes[batch.bytesUsed] = status;
    batch.bytes[batch.bytesUsed + 1] = first;
    if (length > 2) batch.bytes[batch.bytesUsed + 2] = second;
    this.commit(batch, length);
    return true;
  }

  /** The bytes of `d`, if they are a message that has no other form than this kind's. */
  private emitData(batch: MidiBatch): boolean {
    if (!isMidiMessage(batch.bytes, batch.bytesUsed, this.dataBytes)) return false;
    const status = batch.bytes[batch.bytesUsed];
    const fitting = this.kind === SYSEX ? status === SYSEX_START : status > QUARTER_FRAME;
    if (fitting) this.commit(batch, this.dataBytes);
    return fitting;
  }

  private commit(batch: MidiBatch, length: number): void {
    batch.commit(this.frame, this.eventNumber, this.hasNumber, length);
  }
}
