// Standard MIDI Files, read: whole messages, each with its time in seconds, tracks merged, tempo applied.

export interface TimedMessage {
  readonly seconds: number;
  /** One whole MIDI message; a SysEx with its F0 and F7. */
  readonly bytes: Uint8Array;
}

/** A file that can't be read; the message says why and where. */
export class SmfError extends Error {}

interface TickMessage {
  readonly tick: number;
  readonly order: number;
  /** A whole message, or undefined for a change of tempo. */
  readonly bytes?: Uint8Array;
  readonly microsecondsPerQuarter?: number;
}

const DEFAULT_MICROSECONDS_PER_QUARTER = 500_000;
const META_TEMPO = 0x51;
const META_END = 0x2f;

export function readSmf(file: Uint8Array): TimedMessage[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 14 || name(file, 0) !== 'MThd') throw new SmfError('not a Standard MIDI File');
  const headerBytes = view.getUint32(4);
  const format = view.getUint16(8);
  const division = view.getUint16(12);
  if (format > 1) throw new SmfError(`format ${format} (independent patterns) can't be played as one piece`);
  if (headerBytes < 6 || division === 0) throw new SmfError('its header is damaged');
  const messages: TickMessage[] = [];
  for (let at = 8 + headerBytes; at + 8 <= file.length; ) {
    const bytes = Math.min(view.getUint32(at + 4), file.length - at - 8);
    if (name(file, at) === 'MTrk') new TrackReader(file, at + 8, at + 8 + bytes, messages).read();
    at += 8 + bytes;
  }
  messages.sort((a, b) => a.tick - b.tick || a.order - b.order);
  return applyTempo(messages, division);
}

function name(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}

function applyTempo(messages: readonly TickMessage[], division: number): TimedMessage[] {
  const smpte = division >= 0x8000;
  const framesPerSecond = 256 - (division >> 8);
  const fixedSeconds = smpte
    ? 1 / ((framesPerSecond === 29 ? 29.97 : framesPerSecond) * (division & 0xff))
    : 0;
  if (smpte && !Number.isFinite(fixedSeconds)) throw new SmfError('its header is damaged');
  // Time is counted from the last change of tempo, so that rounding errors do not add up.
  let baseSeconds = 0;
  let baseTick = 0;
  let tickSeconds = smpte ? fixedSeconds : DEFAULT_MICROSECONDS_PER_QUARTER / 1e6 / division;
  const timed: TimedMessage[] = [];
  for (const { tick, bytes, microsecondsPerQuarter } of messages) {
    const seconds = baseSeconds + (tick - baseTick) * tickSeconds;
    if (bytes !== undefined) timed.push({ seconds, bytes });
    if (microsecondsPerQuarter === undefined || smpte) continue;
    baseSeconds = seconds;
    baseTick = tick;
    tickSeconds = microsecondsPerQuarter / 1e6 / division;
  }
  return timed;
}

class TrackReader {
  private tick = 0;
  private runningStatus = 0;
  /** A SysEx that goes on in F7 events. */
  private unfinished: number[] = [];

  constructor(
    private readonly file: Uint8Array,
    private at: number,
    private readonly end: number,
    private readonly out: TickMessage[],
  ) {}

  read(): void {
    while (this.at < this.end) {
      this.tick += this.variableLength();
      if (!this.event()) return;
    }
  }

  /** False after the end of the track. */
  private event(): boolean {
    const status = this.file[this.at] >= 0x80 ? this.byte() : this.runningStatus;
    if (status === 0xff) return this.meta();
    if (status === 0xf0 || status === 0xf7) {
      this.systemExclusive(status);
      return true;
    }
    if (status < 0x80 || status > 0xf0) throw this.damaged('an event without a status');
    this.runningStatus = status;
    const dataBytes = status >= 0xc0 && status < 0xe0 ? 1 : 2;
    const data = this.take(dataBytes);
    if (data.some((byte) => byte >= 0x80)) throw this.damaged('a data byte above 127');
    this.emit(Uint8Array.of(status, ...data));
    return true;
  }

  private meta(): boolean {
    const kind = this.byte();
    const data = this.take(this.variableLength());
    if (kind === META_TEMPO && data.length === 3) {
      const microsecondsPerQuarter = (data[0] << 16) | (data[1] << 8) | data[2];
      this.out.push({ tick: this.tick, order: this.out.length, microsecondsPerQuarter });
    }
    return kind !== META_END;
  }

  private systemExclusive(status: number): void {
    const data = this.take(this.variableLength());
    this.runningStatus = 0;
    if (status === 0xf7 && this.unfinished.length === 0) {
      if (data.length > 0) this.emit(data); // an escape: raw bytes of any message
      return;
    }
    if (status === 0xf0) this.unfinished = [0xf0];
    for (const byte of data) this.unfinished.push(byte);
    if (this.unfinished.at(-1) !== 0xf7) return;
    this.emit(Uint8Array.from(this.unfinished));
    this.unfinished = [];
  }

  private emit(bytes: Uint8Array): void {
    this.out.push({ tick: this.tick, order: this.out.length, bytes });
  }

  private byte(): number {
    if (this.at >= this.end) throw this.damaged('cut off');
    return this.file[this.at++];
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.end) throw this.damaged('cut off');
    this.at += count;
    return this.file.slice(this.at - count, this.at);
  }

  private variableLength(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.byte();
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    throw this.damaged('a length of more than four bytes');
  }

  private damaged(what: string): SmfError {
    return new SmfError(`damaged at byte ${this.at}: ${what}`);
  }
}
