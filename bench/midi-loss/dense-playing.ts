// Three players who give a MIDI stream all it may hold: chords, runs, pedals, bends and wheels in sweeps, pressures,
// programs with banks, parameters, modes, and system exclusive messages up to 64 KiB. By seed.
import { rng } from '../../test/simulation/support/simulation.js';

export const SAMPLE_RATE = 48000;

export interface SentEvent {
  /** Since the host's start. */
  readonly frame: number;
  readonly bytes: number[];
}

export interface PlayingOptions {
  readonly seconds: number;
  readonly seed: number;
  /** A system exclusive message of 64 KiB every so many seconds; 0: never. */
  readonly dumpEverySeconds: number;
}

const CHANNELS = 3;
const FIRST_FRAME = 2000;

/** Events by frame; all notes end, all pedals are up at the end. */
export function densePlaying({ seconds, seed, dumpEverySeconds }: PlayingOptions): SentEvent[] {
  const events: SentEvent[] = [];
  const end = FIRST_FRAME + seconds * SAMPLE_RATE;
  for (let channel = 0; channel < CHANNELS; channel++) new Player(events, channel, seed, end).play();
  if (dumpEverySeconds > 0) {
    for (let frame = SAMPLE_RATE; frame < end; frame += dumpEverySeconds * SAMPLE_RATE) {
      events.push({ frame, bytes: sysex(65536, frame) });
    }
  }
  return events
    .map((event, i) => ({ event, i }))
    .sort(byFrame)
    .map(({ event }) => event);
}

const byFrame = (a: { event: SentEvent; i: number }, b: { event: SentEvent; i: number }): number =>
  a.event.frame - b.event.frame || a.i - b.i;

function sysex(length: number, mark: number): number[] {
  const data = Array.from({ length: length - 2 }, (_, i) => (mark + i * 7 + (i >> 5)) & 127);
  return [0xf0, ...data, 0xf7];
}

class Player {
  private readonly random: () => number;
  private readonly busyUntil = new Float64Array(128);
  private frame = FIRST_FRAME;

  constructor(
    private readonly events: SentEvent[],
    private readonly channel: number,
    seed: number,
    private readonly end: number,
  ) {
    this.random = rng(seed * 16 + channel);
  }

  play(): void {
    while (this.frame < this.end - 3 * SAMPLE_RATE) {
      this.frame += Math.floor(SAMPLE_RATE * (0.05 + 0.4 * this.random()));
      const kind = this.random();
      if (kind < 0.3) this.chord();
      else if (kind < 0.65) this.run();
      else if (kind < 0.72) this.pedal();
      else if (kind < 0.82) this.sweep(0xe0);
      else if (kind < 0.9) this.sweep(0xb0);
      else if (kind < 0.93) this.sweep(0xd0);
      else if (kind < 0.95) this.program();
      else if (kind < 0.97) this.parameter();
      else this.exclusive();
    }
    for (const pedal of [64, 66]) this.say(this.end, 0xb0, pedal, 0);
  }

  private chord(): void {
    const notes = 3 + this.below(3);
    const length = 0.05 + this.random();
    for (let i = 0; i < notes; i++) this.note(this.frame + this.below(200), 36 + this.below(60), length);
  }

  private run(): void {
    const notes = 3 + this.below(6);
    for (let i = 0; i < notes; i++) {
      this.note(this.frame + i * 2400, 40 + this.below(50), 0.02 + 0.1 * this.random());
    }
  }

  /** A key is struck again only after it was let go; releases are never 64, which the engine's own are. */
  private note(frame: number, key: number, seconds: number): void {
    if (this.busyUntil[key] >= frame) return;
    const end = frame + Math.floor(seconds * SAMPLE_RATE);
    this.busyUntil[key] = end;
    this.say(frame, 0x90, key, 1 + this.below(127));
    if (this.random() < 0.2) this.say(frame + ((end - frame) >> 1), 0xa0, key, this.below(128));
    this.say(end, 0x80, key, this.below(64));
  }

  private pedal(): void {
    const pedal = this.random() < 0.8 ? 64 : 66;
    this.say(this.frame, 0xb0, pedal, 64 + this.below(64));
    this.say(this.frame + this.below(SAMPLE_RATE), 0xb0, pedal, this.below(64));
  }

  /** Twenty to fifty values, 8 ms apart, as a hand moves. */
  private sweep(status: number): void {
    const steps = 20 + this.below(30);
    let value = this.below(16384);
    for (let i = 0; i < steps; i++) {
      value = Math.min(16383, Math.max(0, value + this.below(800) - 400));
      const frame = this.frame + i * 384;
      if (status === 0xe0) this.say(frame, status, value & 127, value >> 7);
      else if (status === 0xb0) this.say(frame, status, 1, value >> 7);
      else this.events.push({ frame, bytes: [status | this.channel, value >> 7] });
    }
  }

  private program(): void {
    this.say(this.frame, 0xb0, 0, this.below(8));
    this.say(this.frame, 0xb0, 32, this.below(8));
    this.events.push({ frame: this.frame, bytes: [0xc0 | this.channel, this.below(128)] });
  }

  /** Selected, set, and closed again. */
  private parameter(): void {
    const registered = this.random() < 0.5;
    this.say(this.frame, 0xb0, registered ? 101 : 99, this.below(3));
    this.say(this.frame, 0xb0, registered ? 100 : 98, this.below(5));
    for (let i = 0; i <= this.below(4); i++) {
      this.say(this.frame + i * 480, 0xb0, 6, this.below(128));
      this.say(this.frame + i * 480, 0xb0, 38, this.below(128));
    }
    this.say(this.frame + 2400, 0xb0, 101, 127);
    this.say(this.frame + 2400, 0xb0, 100, 127);
    // Nothing else in between: a transaction is one.
    this.frame += 2400;
  }

  private exclusive(): void {
    const lengths = [8, 40, 120, 900, 5000];
    const length = lengths[this.below(this.random() < 0.05 ? 5 : 4)];
    this.events.push({ frame: this.frame, bytes: sysex(length, this.frame) });
  }

  private say(frame: number, status: number, first: number, second: number): void {
    this.events.push({ frame, bytes: [status | this.channel, first, second] });
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}
