// A small piece of music, made up by seed: drums, bass, chords and a melody over four chords in a minor
// key. Times are in frames, so that sound and MIDI agree to the sample.
import { type Chance, chanceOf, pick } from './chance.js';

export type Part = 'drums' | 'bass' | 'chords' | 'melody';

export interface Note {
  readonly part: Part;
  readonly startFrame: number;
  readonly lengthFrames: number;
  /** MIDI note number. */
  readonly key: number;
  /** 1..127 */
  readonly velocity: number;
}

export interface Piece {
  readonly seed: number;
  readonly sampleRate: number;
  readonly frames: number;
  readonly barFrames: number;
  readonly notes: readonly Note[];
}

export const KICK = 36;
export const SNARE = 38;
export const CLOSED_HAT = 42;
export const OPEN_HAT = 46;

const MINOR = [0, 2, 3, 5, 7, 8, 10];
// As steps of the minor scale; the first two open, the last two lead back.
const PROGRESSIONS = [
  [0, 5, 2, 6],
  [0, 3, 5, 4],
  [0, 6, 5, 6],
  [5, 6, 0, 0],
] as const;
const SIXTEENTHS = 16;

export function composePiece(seed: number, seconds: number, sampleRate: number): Piece {
  const chance = chanceOf(seed);
  const beatsPerMinute = pick(chance, [96, 104, 112, 120]);
  const barFrames = Math.round((4 * 60 * sampleRate) / beatsPerMinute);
  const frames = Math.round(seconds * sampleRate);
  const score = new Score(chance, barFrames, pick(chance, [45, 47, 48, 50, 52]), frames);
  const progression = pick(chance, PROGRESSIONS);
  const motif = makeMotif(chance);
  for (let bar = 0; bar * barFrames < frames; bar++) {
    const chord = progression[bar % progression.length];
    if (bar >= 1) addDrums(score, bar);
    addBass(score, bar, chord);
    addChords(score, bar, chord);
    if (bar % 8 !== 0) addMelody(score, bar, chord, motif);
  }
  const notes = score.notes.sort((a, b) => a.startFrame - b.startFrame);
  return { seed, sampleRate, frames, barFrames, notes };
}

/** Puts notes on the sixteenths of bars, within the length of the piece. */
class Score {
  readonly notes: Note[] = [];

  constructor(
    readonly chance: Chance,
    private readonly barFrames: number,
    private readonly rootKey: number,
    private readonly framesMax: number,
  ) {}

  add(part: Part, bar: number, step: number, lengthSteps: number, key: number, velocity: number): void {
    const at = (sixteenth: number) =>
      Math.round(((bar * SIXTEENTHS + sixteenth) * this.barFrames) / SIXTEENTHS);
    // Nobody plays like a machine: a little late, a little louder or softer.
    const startFrame = at(step) + Math.floor(this.chance() * 200);
    const endFrame = Math.min(at(step + lengthSteps) - 100, this.framesMax - 1);
    if (endFrame <= startFrame) return;
    const loudness = Math.round(velocity * (0.9 + 0.2 * this.chance()));
    this.notes.push({
      part,
      startFrame,
      lengthFrames: endFrame - startFrame,
      key,
      velocity: Math.max(1, Math.min(127, loudness)),
    });
  }

  /** The key of a step of the scale; step 7 is an octave up. */
  key(scaleStep: number): number {
    const octave = Math.floor(scaleStep / MINOR.length);
    return this.rootKey + 12 * octave + MINOR[scaleStep - octave * MINOR.length];
  }
}

function addDrums(score: Score, bar: number): void {
  const fill = bar % 4 === 3;
  for (const step of [0, 6, 8]) score.add('drums', bar, step, 2, KICK, step === 6 ? 84 : 110);
  for (const step of [4, 12]) score.add('drums', bar, step, 1, SNARE, 100);
  for (let step = 0; step < SIXTEENTHS; step += 2) {
    const open = step === 14 && score.chance() < 0.5;
    score.add('drums', bar, step, open ? 2 : 1, open ? OPEN_HAT : CLOSED_HAT, step % 4 === 0 ? 84 : 62);
  }
  if (!fill) return;
  for (const step of [13, 14, 15]) score.add('drums', bar, step, 1, SNARE, 60 + 12 * (step - 12));
}

function addBass(score: Score, bar: number, chord: number): void {
  const pattern = [0, 3, 6, 8, 11, 14];
  for (const [index, step] of pattern.entries()) {
    const up = index > 2 && score.chance() < 0.3 ? 7 : 0;
    score.add('bass', bar, step, 2, score.key(chord + up) - 12, index === 0 ? 108 : 92);
  }
}

function addChords(score: Score, bar: number, chord: number): void {
  for (const tone of [0, 2, 4, 6]) {
    if (tone === 6 && score.chance() < 0.5) continue;
    score.add('chords', bar, 0, SIXTEENTHS, score.key(chord + tone) + 12, 70);
  }
}

interface MotifNote {
  readonly step: number;
  readonly lengthSteps: number;
  readonly tone: number;
}

function makeMotif(chance: Chance): MotifNote[] {
  const motif: MotifNote[] = [];
  let tone = pick(chance, [0, 2, 4]);
  for (let step = 0; step < SIXTEENTHS; ) {
    const lengthSteps = Math.min(pick(chance, [2, 2, 3, 4]), SIXTEENTHS - step);
    if (chance() < 0.85) motif.push({ step, lengthSteps, tone });
    tone = Math.max(-2, Math.min(9, tone + pick(chance, [-2, -1, 1, 1, 2])));
    step += lengthSteps;
  }
  return motif;
}

/** The same idea again and again, now and then with another turn. */
function addMelody(score: Score, bar: number, chord: number, motif: readonly MotifNote[]): void {
  for (const { step, lengthSteps, tone } of motif) {
    const turn = bar % 2 === 1 && score.chance() < 0.4 ? pick(score.chance, [-1, 1, 2]) : 0;
    score.add('melody', bar, step, lengthSteps, score.key(chord + tone + turn) + 24, 96);
  }
}
