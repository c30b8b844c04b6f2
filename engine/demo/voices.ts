// The instruments: each adds one note to a stereo mix. Plain textbook synthesis: a drum is a falling sine
// and noise, the bass a filtered saw, the chords detuned saws, the melody a pair of modulated sines.
import type { Chance } from './chance.js';
import { CLOSED_HAT, KICK, type Note, OPEN_HAT } from './piece.js';

export interface Mix {
  readonly sampleRate: number;
  readonly left: Float32Array;
  readonly right: Float32Array;
}

const TWO_PI = 2 * Math.PI;

const frequencyOf = (key: number): number => 440 * 2 ** ((key - 69) / 12);

/** Rises in attackSeconds, falls exponentially, ends at 0 after the release. */
function envelope(t: number, heldSeconds: number, attack: number, decay: number, release: number): number {
  const held = Math.min(t, heldSeconds);
  const level = Math.min(1, held / attack) * Math.exp(-held / decay);
  return t <= heldSeconds ? level : level * Math.max(0, 1 - (t - heldSeconds) / release);
}

/** Calls `sample` for each frame of the note and its release, and pans what it returns. */
function play(mix: Mix, note: Note, release: number, pan: number, sample: (t: number) => number): void {
  const frames = note.lengthFrames + Math.round(release * mix.sampleRate);
  const end = Math.min(mix.left.length, note.startFrame + frames);
  const left = Math.cos((pan * Math.PI) / 2);
  const right = Math.sin((pan * Math.PI) / 2);
  for (let frame = note.startFrame; frame < end; frame++) {
    const value = sample((frame - note.startFrame) / mix.sampleRate);
    mix.left[frame] += value * left;
    mix.right[frame] += value * right;
  }
}

export function playDrum(mix: Mix, note: Note, chance: Chance): void {
  const gain = (note.velocity / 127) ** 2;
  const noise = () => 2 * chance() - 1;
  if (note.key === KICK) {
    play(mix, note, 0.2, 0.5, (t) => {
      const phase = TWO_PI * (50 * t + 9 * (1 - Math.exp(-t / 0.03)));
      return 0.8 * gain * Math.sin(phase) * envelope(t, 0.3, 0.001, 0.12, 0.05);
    });
    return;
  }
  if (note.key === CLOSED_HAT || note.key === OPEN_HAT) {
    const decay = note.key === OPEN_HAT ? 0.12 : 0.03;
    let last = 0;
    play(mix, note, 0.05, 0.62, (t) => {
      const white = noise();
      const bright = white - last;
      last = white;
      return 0.16 * gain * bright * Math.exp(-t / decay);
    });
    return;
  }
  play(mix, note, 0.1, 0.46, (t) => {
    const body = Math.sin(TWO_PI * 185 * t) * Math.exp(-t / 0.06);
    return 0.42 * gain * (0.6 * body + noise() * Math.exp(-t / 0.09));
  });
}

export function playBass(mix: Mix, note: Note): void {
  const frequency = frequencyOf(note.key);
  const gain = 0.34 * (note.velocity / 127);
  let low = 0;
  play(mix, note, 0.04, 0.5, (t) => {
    const saw = 2 * ((frequency * t) % 1) - 1;
    const cutoff = 0.02 + 0.14 * Math.exp(-t / 0.12);
    low += cutoff * (saw - low);
    return (
      gain * (low + 0.5 * Math.sin(TWO_PI * frequency * t)) * envelope(t, hold(mix, note), 0.004, 0.9, 0.04)
    );
  });
}

export function playChord(mix: Mix, note: Note, chance: Chance): void {
  const gain = 0.075 * (note.velocity / 127);
  for (const [detune, pan] of [
    [0.9965, 0.15],
    [1.0, 0.5],
    [1.0035, 0.85],
  ]) {
    const frequency = frequencyOf(note.key) * detune;
    const start = chance();
    let low = 0;
    play(mix, note, 0.3, pan, (t) => {
      const saw = 2 * ((frequency * t + start) % 1) - 1;
      low += (0.05 + 0.04 * Math.sin(TWO_PI * 0.3 * t)) * (saw - low);
      return gain * low * envelope(t, hold(mix, note), 0.12, 8, 0.3);
    });
  }
}

export function playMelody(mix: Mix, note: Note): void {
  const frequency = frequencyOf(note.key);
  const gain = 0.17 * (note.velocity / 127);
  const sound = (t: number) => {
    const vibrato = t > 0.15 ? 0.0022 * Math.sin(TWO_PI * 5.3 * t) : 0;
    const phase = TWO_PI * frequency * (t + vibrato / 6);
    const bright = 1.6 * Math.exp(-t / 0.25);
    return (
      gain * Math.sin(phase + bright * Math.sin(2 * phase)) * envelope(t, hold(mix, note), 0.01, 0.8, 0.12)
    );
  };
  play(mix, note, 0.12, 0.6, sound);
  // an echo on the other side
  const startFrame = note.startFrame + Math.round(0.29 * mix.sampleRate);
  play(mix, { ...note, startFrame }, 0.12, 0.25, (t) => 0.3 * sound(t));
}

function hold(mix: Mix, note: Note): number {
  return note.lengthFrames / mix.sampleRate;
}
