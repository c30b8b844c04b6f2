// What is sent: the user's files, or the generated piece. Made into one WAV and one MIDI file that begin
// with silence, in which everything connects, and end with some, in which everything arrives.
import { readFileSync, writeFileSync } from 'node:fs';
import type { FrameRange } from './compare-audio.js';
import { composePiece } from './piece.js';
import { midiOfPiece } from './piece-midi.js';
import { readSmf } from './smf-reader.js';
import { type FrameMessage, writeSmf } from './smf-writer.js';
import { renderPiece } from './synth.js';
import { type Audio, readWav, writeWav } from './wav-file.js';

export interface InputOptions {
  /** Path of a WAV file; undefined = the generated piece. */
  readonly audio?: string | undefined;
  /** Path of a Standard MIDI File; undefined = that of the generated piece. */
  readonly midi?: string | undefined;
  readonly seconds: number;
  readonly seed: number;
}

export interface Input {
  /** With the silence around it. */
  readonly audio: Audio;
  readonly midi: readonly FrameMessage[];
  /** Where the piece lies in it. */
  readonly range: FrameRange;
  readonly sampleRate: number;
  /** Of the whole, silence included. */
  readonly seconds: number;
  /** What was changed in the user's files, in words. */
  readonly notes: readonly string[];
}

export const LEAD_SECONDS = 1.5;
export const TAIL_SECONDS = 1;
const DEFAULT_RATE = 48_000;
const RATE_MIN = 22_050;
const RATE_MAX = 192_000;

/** Throws an error whose message names the file and says what is wrong with it. */
export function prepareInput(options: InputOptions): Input {
  const notes: string[] = [];
  const given = options.audio === undefined ? undefined : load(options.audio, readWav);
  const sampleRate = given?.sampleRate ?? DEFAULT_RATE;
  if (sampleRate < RATE_MIN || sampleRate > RATE_MAX) {
    throw new Error(`${options.audio}: ${sampleRate} Hz is outside ${RATE_MIN} to ${RATE_MAX} Hz`);
  }
  const piece = composePiece(options.seed, options.seconds, sampleRate);
  const stereo = given === undefined ? renderPiece(piece) : toStereo(given, notes);
  const wantedFrames = Math.round(options.seconds * sampleRate);
  const frames = Math.min(stereo.channels[0].length, wantedFrames);
  if (given !== undefined && frames < wantedFrames) {
    notes.push(`${options.audio} lasts ${(frames / sampleRate).toFixed(1)} s: that is how long the run is`);
  }
  if (frames === 0) throw new Error(`${options.audio}: there is nothing in it`);
  if (stereo.channels.every((channel) => channel.subarray(0, frames).every((sample) => sample === 0))) {
    throw new Error(`${options.audio}: nothing but silence in what would be sent`);
  }
  const played = options.midi === undefined ? midiOfPiece(piece) : loadMidi(options.midi, sampleRate);
  const messages = cut(played, frames, notes);
  const lead = Math.round(LEAD_SECONDS * sampleRate);
  const total = lead + frames + Math.round(TAIL_SECONDS * sampleRate);
  return {
    audio: { sampleRate, channels: stereo.channels.map((channel) => padded(channel, lead, frames, total)) },
    midi: messages.map(({ frame, bytes }) => ({ frame: frame + lead, bytes })),
    range: { start: lead, end: lead + frames },
    sampleRate,
    seconds: total / sampleRate,
    notes,
  };
}

export function writeInput(input: Input, wavPath: string, midiPath: string): void {
  writeFileSync(wavPath, writeWav(input.audio));
  writeFileSync(midiPath, writeSmf(input.midi, input.sampleRate));
}

function load<T>(path: string, read: (bytes: Uint8Array) => T): T {
  try {
    return read(readFileSync(path));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

function loadMidi(path: string, sampleRate: number): FrameMessage[] {
  const messages = load(path, readSmf);
  return messages.map(({ seconds, bytes }) => ({ frame: Math.round(seconds * sampleRate), bytes }));
}

function toStereo(audio: Audio, notes: string[]): Audio {
  const { channels, sampleRate } = audio;
  if (channels.length === 1) notes.push('mono input: the same on both sides');
  if (channels.length > 2) notes.push(`of ${channels.length} channels the first two are sent`);
  return { sampleRate, channels: [channels[0], channels[1] ?? channels[0]] };
}

/** What begins within the piece; notes that would go on are ended with it. */
function cut(messages: readonly FrameMessage[], frames: number, notes: string[]): FrameMessage[] {
  const kept = messages.filter(({ frame }) => frame < frames);
  if (kept.length < messages.length)
    notes.push(`${messages.length - kept.length} later MIDI events are not sent`);
  const sounding = new Map<number, Uint8Array>();
  for (const { bytes } of kept) {
    const kind = bytes[0] & 0xf0;
    const note = ((bytes[0] & 0x0f) << 7) | bytes[1];
    if (kind === 0x90 && bytes[2] > 0) sounding.set(note, Uint8Array.of(bytes[0] & 0x8f, bytes[1], 64));
    else if (kind === 0x80 || kind === 0x90) sounding.delete(note);
  }
  return [...kept, ...[...sounding.values()].map((bytes) => ({ frame: frames - 1, bytes }))];
}

function padded(channel: Float32Array, lead: number, frames: number, total: number): Float32Array {
  const whole = new Float32Array(total);
  whole.set(channel.subarray(0, frames), lead);
  return whole;
}
