// jellie-decode against the engine's own restoring, and against the blocks that were described.
import { describe, expect, it } from 'vitest';
import { JellieBody, readJellieBody } from '../../engine/fec/jellie-body.js';
import { jellieArithmetic, writeDescription } from '../../engine/fec/jellie-encoder.js';
import { JellieDecodeJob, type JellieSizes } from '../../engine/gpu/kernels/jellie-decode.js';
import { JellieDecodeTwin } from '../../engine/gpu/twins/jellie-decode.js';
import { sampleBytes } from '../../engine/toast/audio-body.js';
import { Random } from '../fuzz/datagram-maker.js';
import { Pair, SLOWLY, useGpu, WITHOUT_GPU } from './support.js';

const SIZES: JellieSizes = { blocksMax: 3000, slabBytesMax: 6 << 20, bodyWordsMax: 2 << 20 };

interface Plan {
  readonly blocks: number;
  readonly framesMax: number;
  readonly channelsMax: number;
  readonly seed: number;
  /** Words that no sender writes. */
  readonly hostile?: boolean;
}

interface Described {
  readonly body: number;
  readonly bytes: Uint8Array;
}

/** Blocks of any bits; of each, two of its descriptions, at any byte. Returns what was described. */
function fill(job: JellieDecodeJob, { blocks, framesMax, channelsMax, seed, hostile }: Plan): Described[] {
  const random = new Random(seed);
  const { slab } = job;
  const described: Described[] = [];
  let end = 0;
  job.begin();
  for (let i = 0; i < blocks; i++) {
    const binary = randomBlock(random, framesMax, channelsMax);
    const arithmetic = jellieArithmetic(binary, 0, binary.length);
    const first = random.below(4);
    const bodies = [first, (first + 1 + random.below(3)) % 4].map((description) => {
      const bytes = writeDescription(description, arithmetic, binary, 0, slab, end);
      const body = new JellieBody();
      expect(readJellieBody(slab, end, bytes, body)).toBe(true);
      if (hostile) for (let k = body.dataOffset; k < end + bytes; k++) slab[k] = -random.below(7);
      if (hostile) body.arithmetic = i & 1;
      end += bytes + random.below(4);
      return body;
    });
    described.push({ body: job.add(bodies[0], bodies[1]) * 4, bytes: binary });
  }
  job.finish(end);
  return described;
}

/** A BINARY body; a third of the blocks have samples near full scale, which not every arithmetic can take. */
function randomBlock(random: Random, framesMax: number, channelsMax: number): Uint8Array {
  const format = random.below(3);
  const channels = 1 + random.below(channelsMax);
  const frames = 1 + random.below(framesMax);
  const binary = new Uint8Array(8 + frames * channels * sampleBytes(format));
  new DataView(binary.buffer).setUint32(0, 48000, true);
  binary.set([channels, format, frames & 255, frames >> 8], 4);
  const loud = random.below(3) === 0;
  for (let i = 8; i < binary.length; i++) binary[i] = loud ? -random.below(9) : random.next();
  return binary;
}

describe.skipIf(WITHOUT_GPU)('jellie-decode', SLOWLY, () => {
  const gpu = useGpu();

  it.each([
    { blocks: 0, framesMax: 1, channelsMax: 1 },
    { blocks: 1, framesMax: 1, channelsMax: 1 },
    { blocks: 300, framesMax: 65, channelsMax: 3 },
    { blocks: 3000, framesMax: 9, channelsMax: 2 },
    { blocks: 4, framesMax: 256, channelsMax: 64 },
    { blocks: 500, framesMax: 40, channelsMax: 3, hostile: true },
  ])('%o: bit by bit', async (plan) => {
    const make = (): JellieDecodeJob => new JellieDecodeJob(SIZES);
    const pair = await new Pair(make(), make(), new JellieDecodeTwin()).open(gpu());
    let described: Described[] = [];
    await pair.run((job) => {
      described = fill(job, { ...plan, seed: 5 + plan.blocks });
    });
    pair.expectEqual('bodies');
    const restored = new Uint8Array(pair.onGpu.memory.bodies.buffer);
    for (const { body, bytes } of plan.hostile ? [] : described) {
      expect(Buffer.compare(restored.subarray(body, body + bytes.length), bytes)).toBe(0);
    }
    pair.close();
  });
});
