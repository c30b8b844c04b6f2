// Notes for sampled instruments: chords, long tones, a bass line. By seed; as MIDI files.
import { chanceOf, pick } from '../../engine/demo/chance.js';
import { type FrameMessage, writeSmf } from '../../engine/demo/smf-writer.js';

const RATE = 48_000;
const SECONDS = 14;
const SEED = 5;

interface PartTable {
  readonly instrument: string;
  /** Of General MIDI. */
  readonly program: number;
  readonly keys: readonly number[];
  readonly notesAtOnce: number;
  readonly beatSeconds: number;
  /** Of the beat; above 1 the notes overlap. */
  readonly length: number;
}

export const PARTS = {
  piano: {
    ...{ instrument: 'grand piano', program: 0, notesAtOnce: 3, beatSeconds: 0.35, length: 1.8 },
    keys: [48, 52, 55, 57, 60, 62, 64, 67, 69, 72, 74, 76, 79],
  },
  strings: {
    ...{ instrument: 'string ensemble', program: 48, notesAtOnce: 3, beatSeconds: 1.2, length: 1.1 },
    keys: [48, 50, 53, 55, 57, 60, 62, 65, 67, 69, 72],
  },
  bass: {
    ...{ instrument: 'fingered bass', program: 33, notesAtOnce: 1, beatSeconds: 0.3, length: 0.9 },
    keys: [28, 31, 33, 35, 36, 38, 40, 43],
  },
} as const satisfies Record<string, PartTable>;
export type Part = keyof typeof PARTS;

export function scoreOf(part: Part): Uint8Array {
  const { program, keys, notesAtOnce, beatSeconds, length } = PARTS[part];
  const chance = chanceOf(SEED);
  const messages: FrameMessage[] = [{ frame: 0, bytes: Uint8Array.of(0xc0, program) }];
  for (let beat = 0; beat * beatSeconds < SECONDS; beat++) {
    const from = Math.round(beat * beatSeconds * RATE);
    const to = from + Math.round(beatSeconds * length * RATE);
    const chord = new Set(Array.from({ length: notesAtOnce }, () => pick(chance, keys)));
    for (const key of chord) {
      messages.push({ frame: from, bytes: Uint8Array.of(0x90, key, 60 + Math.floor(50 * chance())) });
      messages.push({ frame: to, bytes: Uint8Array.of(0x80, key, 64) });
    }
  }
  return writeSmf(
    messages.sort((a, b) => a.frame - b.frame),
    RATE,
  );
}
