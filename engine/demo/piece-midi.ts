// The piece as MIDI: programs, volumes and pans first, then notes, with a swelling expression controller,
// bends into long melody notes, vibrato, and two SysEx messages, so that every kind of message travels.
import type { Note, Part, Piece } from './piece.js';
import type { FrameMessage } from './smf-writer.js';

// Zero-based MIDI channels; drums on the tenth by convention.
const CHANNEL: Readonly<Record<Part, number>> = { melody: 0, bass: 1, chords: 2, drums: 9 };
const PROGRAM: Readonly<Record<Part, number>> = { melody: 80, bass: 38, chords: 89, drums: 0 };
const PAN: Readonly<Record<Part, number>> = { melody: 76, bass: 64, chords: 52, drums: 64 };
const VOLUME: Readonly<Record<Part, number>> = { melody: 100, bass: 104, chords: 88, drums: 110 };
const PARTS: readonly Part[] = ['melody', 'bass', 'chords', 'drums'];

const MODULATION = 1;
const VOLUME_CONTROLLER = 7;
const PAN_CONTROLLER = 10;
const EXPRESSION = 11;
const BEND_CENTRE = 8192;
const GENERAL_MIDI_ON = [0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7];
const NON_COMMERCIAL_ID = 0x7d;

export function midiOfPiece(piece: Piece): FrameMessage[] {
  const messages: FrameMessage[] = [];
  const add = (frame: number, ...bytes: number[]) => {
    if (frame < piece.frames) messages.push({ frame, bytes: Uint8Array.from(bytes) });
  };
  add(0, ...GENERAL_MIDI_ON);
  for (const part of PARTS) {
    add(0, 0xc0 | CHANNEL[part], PROGRAM[part]);
    add(0, 0xb0 | CHANNEL[part], VOLUME_CONTROLLER, VOLUME[part]);
    add(0, 0xb0 | CHANNEL[part], PAN_CONTROLLER, PAN[part]);
  }
  for (const note of piece.notes) {
    const channel = CHANNEL[note.part];
    if (note.part === 'melody') addInflection(add, note, channel, piece.sampleRate);
    add(note.startFrame, 0x90 | channel, note.key, note.velocity);
    add(note.startFrame + note.lengthFrames, 0x80 | channel, note.key, 64);
  }
  addSwells(add, piece);
  add(Math.floor(piece.frames / 2), ...title(piece.seed));
  // The sort is stable: messages of one frame stay in the order they were added.
  return messages.sort((a, b) => a.frame - b.frame);
}

type Add = (frame: number, ...bytes: number[]) => void;

function addInflection(add: Add, note: Note, channel: number, sampleRate: number): void {
  const stepFrames = Math.round(sampleRate / 100);
  const steps = Math.floor(note.lengthFrames / stepFrames);
  if (steps < 25) return;
  // from a whole tone below up to the note within 80 ms
  for (let i = 0; i <= 8; i++)
    bend(add, note.startFrame + i * stepFrames, channel, BEND_CENTRE - 1024 * (8 - i));
  for (let i = 15; i < steps; i += 2) {
    const depth = Math.min(127, (i - 15) * 6);
    add(note.startFrame + i * stepFrames, 0xb0 | channel, MODULATION, depth);
  }
  add(note.startFrame + note.lengthFrames, 0xb0 | channel, MODULATION, 0);
}

function bend(add: Add, frame: number, channel: number, value: number): void {
  add(frame, 0xe0 | channel, value & 0x7f, value >> 7);
}

/** The chords swell over two bars. */
function addSwells(add: Add, piece: Piece): void {
  const stepFrames = Math.round(piece.barFrames / 16);
  for (let step = 0; step * stepFrames < piece.frames; step++) {
    const value = Math.round(96 - 31 * Math.cos((2 * Math.PI * (step % 32)) / 32));
    add(step * stepFrames, 0xb0 | CHANNEL.chords, EXPRESSION, value);
  }
}

/** A SysEx of some length: the title, under the manufacturer id that is free for such uses. */
function title(seed: number): number[] {
  const words = `a piece for two studios, number ${seed}. `.repeat(8);
  return [0xf0, NON_COMMERCIAL_ID, ...new TextEncoder().encode(words).map((byte) => byte & 0x7f), 0xf7];
}
