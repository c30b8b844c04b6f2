import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LEAD_SECONDS, prepareInput, TAIL_SECONDS, writeInput } from '../../engine/demo/input.js';
import { readSmf } from '../../engine/demo/smf-reader.js';
import { writeSmf } from '../../engine/demo/smf-writer.js';
import { readWav, writeWav } from '../../engine/demo/wav-file.js';

const folder = mkdtempSync(join(tmpdir(), 'jambridge-input-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

const RATE = 44_100;
const sameBits = (a: Float32Array, b: Float32Array) =>
  Buffer.compare(
    Buffer.from(a.buffer, a.byteOffset, a.byteLength),
    Buffer.from(b.buffer, b.byteOffset, b.byteLength),
  ) === 0;
const ramp = (frames: number) => Float32Array.from({ length: frames }, (_, i) => (i % 1000) / 1000 - 0.4);
writeFileSync(file('mono.wav'), writeWav({ sampleRate: RATE, channels: [ramp(RATE)] }));
writeFileSync(file('silent.wav'), writeWav({ sampleRate: RATE, channels: [new Float32Array(RATE)] }));
writeFileSync(file('slow.wav'), writeWav({ sampleRate: 8000, channels: [ramp(8000)] }));
writeFileSync(file('text.wav'), 'not a sound');
const on = Uint8Array.of(0x90, 60, 100);
const notes = [
  { frame: 10, bytes: on },
  { frame: RATE * 3, bytes: Uint8Array.of(0x80, 60, 64) },
];
writeFileSync(file('long-note.mid'), writeSmf(notes, RATE));

describe("the demo's input", () => {
  it('is the generated piece with silence around it', () => {
    const input = prepareInput({ seconds: 3, seed: 4 });
    const { range, audio, sampleRate } = input;
    expect(range).toEqual({ start: LEAD_SECONDS * sampleRate, end: (LEAD_SECONDS + 3) * sampleRate });
    expect(input.seconds).toBe(LEAD_SECONDS + 3 + TAIL_SECONDS);
    for (const channel of audio.channels) {
      expect(channel.length).toBe(input.seconds * sampleRate);
      expect(channel.subarray(0, range.start).every((sample) => sample === 0)).toBe(true);
      expect(channel.subarray(range.end).every((sample) => sample === 0)).toBe(true);
      expect(channel.subarray(range.start, range.end).some((sample) => sample !== 0)).toBe(true);
    }
    expect(input.midi.every(({ frame }) => frame >= range.start && frame < range.end)).toBe(true);
  });

  it("is the user's files: rate kept, mono on both sides, cut where they end, notes ended", () => {
    const options = { audio: file('mono.wav'), midi: file('long-note.mid'), seconds: 20, seed: 1 };
    const input = prepareInput(options);
    expect(input.sampleRate).toBe(RATE);
    expect(input.range.end - input.range.start).toBe(RATE);
    for (const channel of input.audio.channels) {
      expect(sameBits(channel.subarray(input.range.start, input.range.end), ramp(RATE))).toBe(true);
    }
    const { start, end } = input.range;
    expect(input.midi).toEqual([
      { frame: start + 10, bytes: on },
      { frame: end - 1, bytes: Uint8Array.of(0x80, 60, 64) },
    ]);
    expect(input.notes.join('\n')).toMatch(/1\.0 s[\s\S]*1 later MIDI event/);
  });

  it('is written as it will be compared', () => {
    const input = prepareInput({ seconds: 1, seed: 9 });
    writeInput(input, file('sent.wav'), file('sent.mid'));
    const written = readWav(readFileSync(file('sent.wav')));
    expect(sameBits(written.channels[1], input.audio.channels[1])).toBe(true);
    const frames = readSmf(readFileSync(file('sent.mid'))).map(({ seconds }) => Math.round(seconds * 48_000));
    expect(frames).toEqual(input.midi.map(({ frame }) => frame));
  });

  it('is refused by name and reason', () => {
    const prepare = (audio: string) => () => prepareInput({ audio: file(audio), seconds: 5, seed: 1 });
    expect(prepare('nowhere.wav')).toThrow(/nowhere\.wav.*no such file/);
    expect(prepare('text.wav')).toThrow(/text\.wav: not a WAV file/);
    expect(prepare('slow.wav')).toThrow(/slow\.wav: 8000 Hz/);
    expect(prepare('silent.wav')).toThrow(/nothing but silence/);
  });
});
