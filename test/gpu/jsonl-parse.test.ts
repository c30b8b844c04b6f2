// jsonl-parse against the wire's readers: every line and every sample, of text good and bad.
import { describe, expect, it } from 'vitest';
import { JsonlParseJob, type JsonlSizes, TEXT_STATUS } from '../../engine/gpu/kernels/jsonl-parse.js';
import { LINE_RECORD, TEXT_BODY, TEXT_RESULT } from '../../engine/gpu/layouts.js';
import { JsonlParseTwin } from '../../engine/gpu/twins/jsonl-parse.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { Random } from '../fuzz/datagram-maker.js';
import { damaged, foreignAudio, foreignMidi, writtenAudio, writtenMidi } from './jsonl-text.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const LINE = LINE_RECORD.at;
const RESULT = TEXT_RESULT.at;
const BODY_BYTES_MAX = 65536;
const SIZES: JsonlSizes = { packetsMax: 65536, slabBytesMax: 8 << 20, linesMax: 66000, linesEach: 64 };

type Text = readonly [kind: number, bytes: Uint8Array];

function fill(job: JsonlParseJob, texts: readonly Text[]): void {
  let end = 0;
  job.begin();
  for (const [kind, bytes] of texts) {
    job.slab.set(bytes, end);
    job.add(kind, end, bytes.length);
    end += bytes.length + 1;
  }
  job.finish(end);
}

/** How many lines and bodies have each status. */
interface Tally {
  readonly lines: Map<number, number>;
  readonly bodies: Map<number, number>;
}

function tally(job: JsonlParseJob): Tally {
  const count = (words: Uint32Array, used: number, stride: number): Map<number, number> => {
    const counts = new Map<number, number>();
    for (let at = 0; at < used; at += stride) counts.set(words[at], (counts.get(words[at]) ?? 0) + 1);
    return counts;
  };
  return {
    lines: count(job.memory.lines, job.used.lines, LINE_RECORD.words),
    bodies: count(job.memory.results, job.used.results, TEXT_RESULT.words),
  };
}

/** Records, messages, samples. A great many: only what differs is put before expect(). */
function expectSame(onGpu: JsonlParseJob, onCpu: JsonlParseJob): void {
  for (let p = 0; p < onCpu.count; p++) {
    const body = p * TEXT_BODY.words;
    const result = p * TEXT_RESULT.words;
    const where = `body ${p}`;
    const status = onCpu.memory.results[result + RESULT.status];
    // Of what is not valid, nothing but that means anything.
    const words = status === TEXT_STATUS.valid ? TEXT_RESULT.words : 1;
    const fields = (job: JsonlParseJob): Uint32Array =>
      job.memory.results.subarray(result + RESULT.status, result + RESULT.status + words);
    expectSameWords(where, fields(onGpu), fields(onCpu));
    if (status !== TEXT_STATUS.valid) continue;
    if (onCpu.memory.bodies[body] === PACKET_TYPE.midi) {
      const first = onCpu.memory.bodies[body + TEXT_BODY.at.firstLine];
      for (let i = 0; i < onCpu.memory.results[result + RESULT.lines]; i++) {
        expectSameLine(onGpu, onCpu, (first + i) * LINE_RECORD.words, where);
      }
    } else expectSameSamples(onGpu, onCpu, body, result, where);
  }
}

function expectSameWords(where: string, actual: Uint32Array, expected: Uint32Array): void {
  if (expected.some((word, i) => actual[i] !== word))
    expect([where, ...actual]).toEqual([where, ...expected]);
}

function expectSameLine(onGpu: JsonlParseJob, onCpu: JsonlParseJob, at: number, where: string): void {
  const words = (job: JsonlParseJob): Uint32Array => job.memory.lines.subarray(at, at + LINE_RECORD.words);
  const expected = words(onCpu);
  expectSameWords(where, words(onGpu), expected);
  if (expected[LINE.status] !== TEXT_STATUS.valid || expected[LINE.byteLength] <= 4) return;
  const message = (job: JsonlParseJob): Uint8Array =>
    new Uint8Array(job.memory.data.buffer, expected[LINE.dataAt] * 4, expected[LINE.byteLength]);
  if (Buffer.compare(message(onGpu), message(onCpu)) !== 0) {
    expect([where, [...message(onGpu)]]).toEqual([where, [...message(onCpu)]]);
  }
}

function expectSameSamples(
  a: JsonlParseJob,
  b: JsonlParseJob,
  body: number,
  result: number,
  where: string,
): void {
  const first = b.memory.bodies[body + TEXT_BODY.at.firstData];
  const count = b.memory.results[result + RESULT.frames] * b.memory.results[result + RESULT.channels];
  for (let i = first; i < first + count; i++) {
    if (a.memory.data[i] !== b.memory.data[i]) expect(`${where}: sample ${i - first}`).toBe('equal');
  }
}

const MIDI = PACKET_TYPE.midi;
const AUDIO = PACKET_TYPE.audio;

describe.skipIf(WITHOUT_GPU)('jsonl-parse', SLOWLY, () => {
  const gpu = useGpu();

  async function openPair(sizes = SIZES): Promise<Pair<JsonlParseJob>> {
    const make = (): JsonlParseJob => new JsonlParseJob(sizes);
    return await new Pair(make(), make(), new JsonlParseTwin(BODY_BYTES_MAX)).open(gpu());
  }

  it('reads what our writers write, and hands nothing back', async () => {
    const pair = await openPair();
    const random = new Random(1);
    for (const count of [0, 1, 2, 63, 65, 400]) {
      const texts = Array.from(
        { length: count },
        (_, i): Text => (i % 3 === 0 ? [AUDIO, writtenAudio(random)] : [MIDI, writtenMidi(random)]),
      );
      await pair.run((job) => fill(job, texts));
      expectSame(pair.onGpu, pair.onCpu);
      const { lines, bodies } = tally(pair.onGpu);
      for (const status of [TEXT_STATUS.malformed, TEXT_STATUS.handedBack]) {
        expect([lines.get(status), bodies.get(status)]).toEqual([undefined, undefined]);
      }
    }
    pair.close();
  });

  it('judges what others write, and damaged text, as the readers do', async () => {
    const pair = await openPair();
    const twin = new JsonlParseTwin(BODY_BYTES_MAX);
    const seen = new Set<number>();
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(100 + seed);
      const texts = Array.from({ length: 900 }, (): Text => {
        const [kind, make] = (
          [
            [MIDI, writtenMidi],
            [MIDI, foreignMidi],
            [AUDIO, writtenAudio],
            [AUDIO, foreignAudio],
          ] as const
        )[random.below(4)];
        const bytes = make(random);
        return [kind, random.below(3) > 0 ? damaged(random, bytes) : bytes];
      });
      await pair.run((job) => fill(job, texts));
      for (const status of tally(pair.onGpu).lines.keys()) seen.add(status);
      twin.finish(pair.onGpu);
      expectSame(pair.onGpu, pair.onCpu);
    }
    for (const status of Object.values(TEXT_STATUS)) expect(seen).toContain(status);
    pair.close();
  });

  it('draws every line where the readers draw it', async () => {
    const pair = await openPair();
    const note = (members: string): string => `{"t":"n+","c":1,"n":60,"v":9,${members}}`;
    const deep = [1, 23, 24, 25, 26].flatMap((depth) => [
      note(`"q":${'['.repeat(depth)}${']'.repeat(depth)}`),
      note(`"q":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
      note(`"q":[1,${'['.repeat(depth)}${']'.repeat(depth)},{"b":[]}]`),
    ]);
    const whole = ['0', '1', '15', '16', '17', '127', '128', '16383', '16384', '255', '256', '2147483647'];
    whole.push(
      '2147483648',
      '2147483649',
      '4294967294',
      '4294967295',
      '4294967296',
      '10000000000',
      '-1',
      '-0',
    );
    const keys = ['c', 'n', 'v', 'cc', 'val', 'p', 'b', 'pr', 'f', 'seq', 'd', 't', 'x'];
    const numbers = keys.flatMap((key) => whole.map((value) => note(`"${key}":${value}`)));
    const frames = whole.map((value) => note(`"f":-${value}`));
    const texts = [...deep, ...numbers, ...frames].map((line): Text => [MIDI, Buffer.from(line)]);
    const audio = [7999, 8000, 384000, 384001].flatMap((rate) =>
      [0, 1, 2, 64, 65].map((channels): Text => {
        const data = Buffer.alloc(4 * Math.max(1, channels), 7).toString('base64');
        return [AUDIO, Buffer.from(`{"channels":${channels},"sample_rate":${rate},"data":"${data}"}`)];
      }),
    );
    await pair.run((job) => fill(job, [...texts, ...audio]));
    expectSame(pair.onGpu, pair.onCpu);
    const { lines } = tally(pair.onGpu);
    expect(lines.get(TEXT_STATUS.valid)).toBeGreaterThan(50);
    expect(lines.get(TEXT_STATUS.malformed)).toBeGreaterThan(50);
    expect(lines.get(TEXT_STATUS.handedBack)).toBe(undefined);
    pair.close();
  });

  it('takes a great many small bodies, and bodies with too many lines', async () => {
    const pair = await openPair({ ...SIZES, linesEach: 1 });
    const line = Buffer.from('{"t":"n+","c":1,"n":60,"v":9,"seq":7,"f":-3}');
    const texts = Array.from(
      { length: 65536 },
      (_, i): Text => [MIDI, i % 1000 === 7 ? Buffer.from('\n') : line],
    );
    await pair.run((job) => fill(job, texts));
    expectSame(pair.onGpu, pair.onCpu);
    expect(tally(pair.onGpu).bodies.get(TEXT_STATUS.handedBack)).toBe(66);
    pair.close();
  });
});
