// The piece as files, for the tape and for our hosts, in a folder that goes with the benchmark.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSmf } from '../../engine/demo/smf-writer.js';
import { writeWav } from '../../engine/demo/wav-file.js';
import { atExit } from '../support/at-exit.js';
import { type Piece, RATE } from './piece.js';
import { SETTLE_SECONDS } from './run-result.js';

export class PieceFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'jambridge-rivals-'));
  /** Of the tape: floats of channel after channel; lines of frame and bytes. */
  readonly tape = join(this.folder, 'piece.f32');
  readonly notes = join(this.folder, 'piece.notes');
  readonly recording = join(this.folder, 'recording.f32');
  /** Of the hosts: the same after so much silence as the tape waits. */
  readonly wav = join(this.folder, 'piece.wav');
  readonly midi = join(this.folder, 'piece.mid');
  readonly recordedWav = join(this.folder, 'recording.wav');
  readonly recordedMidi = join(this.folder, 'recording.mid');

  readonly remove = atExit(() => rmSync(this.folder, { recursive: true, force: true }));

  constructor({ channels, midi }: Piece) {
    const bytes = channels.map(({ buffer }) => Buffer.from(buffer));
    writeFileSync(this.tape, Buffer.concat(bytes));
    const lines = midi.map((message) => `${message.frame} ${message.bytes.join(' ')}\n`);
    writeFileSync(this.notes, lines.join(''));
    const settle = SETTLE_SECONDS * RATE;
    const later = channels.map((plane) => {
      const padded = new Float32Array(settle + plane.length);
      padded.set(plane, settle);
      return padded;
    });
    writeFileSync(this.wav, writeWav({ sampleRate: RATE, channels: later }));
    const notes = midi.map((message) => ({ ...message, frame: message.frame + settle }));
    writeFileSync(this.midi, writeSmf(notes, RATE));
  }
}
