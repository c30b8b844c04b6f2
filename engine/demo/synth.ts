// The piece as sound: every note by its part's instrument, then a gentle limiter.
import { chanceOf } from './chance.js';
import type { Piece } from './piece.js';
import { type Mix, playBass, playChord, playDrum, playMelody } from './voices.js';
import type { Audio } from './wav-file.js';

/** Stereo, below full scale; the same samples for the same piece. */
export function renderPiece(piece: Piece): Audio {
  const mix: Mix = {
    sampleRate: piece.sampleRate,
    left: new Float32Array(piece.frames),
    right: new Float32Array(piece.frames),
  };
  const chance = chanceOf(piece.seed ^ 0x5eed);
  for (const note of piece.notes) {
    if (note.part === 'drums') playDrum(mix, note, chance);
    else if (note.part === 'bass') playBass(mix, note);
    else if (note.part === 'chords') playChord(mix, note, chance);
    else playMelody(mix, note);
  }
  limit(mix.left);
  limit(mix.right);
  return { sampleRate: piece.sampleRate, channels: [mix.left, mix.right] };
}

function limit(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) samples[i] = 0.95 * Math.tanh(samples[i]);
}
