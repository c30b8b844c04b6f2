// Kernels whose batches count channels.
import { MeterJob } from '../../engine/gpu/kernels/meter.js';
import { PcmRepairJob } from '../../engine/gpu/kernels/pcm-repair.js';
import { ResampleJob } from '../../engine/gpu/kernels/resample.js';
import { MeterTwin } from '../../engine/gpu/twins/meter.js';
import { PcmRepairTwin } from '../../engine/gpu/twins/pcm-repair.js';
import { ResampleTwin } from '../../engine/gpu/twins/resample.js';
import { caseOf, randomSource, type Workload } from './workload.js';

const CHANNELS = [1, 2, 8, 32, 64, 128, 256];
const RATE = 48000;

/** A channel of some music: four partials and a little noise. */
function writeSound(target: Float32Array, at: number, frames: number, channel: number): void {
  const random = randomSource(channel);
  const hz = 110 * (1 + (channel % 7));
  for (let i = 0; i < frames; i++) {
    let value = (random() / 2 ** 32 - 0.5) * 1e-3;
    for (let h = 1; h <= 4; h++) value += (0.2 * Math.sin((2 * Math.PI * hz * h * i) / RATE + channel)) / h;
    target[at + i] = value;
  }
}

const GAP = 64;
const ORDER = 32;
const NEAR = 16 * ORDER;
const FAR = 4 * ORDER;

/** One lost packet of each channel: a model of 32 coefficients fitted and the gap bridged. */
function fillGaps(job: PcmRepairJob, channels: number): void {
  job.begin();
  for (let c = 0; c < channels; c++) {
    const at = job.place(NEAR + GAP + FAR);
    writeSound(job.samples, at, NEAR + GAP + FAR, c);
    const fit = {
      nearAt: at,
      nearFrames: NEAR,
      farAt: at + NEAR + GAP,
      farFrames: FAR,
      fitOrder: ORDER,
      model: c,
    };
    const bridge = { length: GAP, before: at + NEAR, after: at + NEAR + GAP, steered: 32 };
    job.add({ ...fit, ...bridge, excitation: job.place(GAP) });
  }
  job.finish();
}

const BLOCK = 256;
const RATIO = 1.00005;

/** 256 frames of stereo streams that drift. */
function fillPieces(job: ResampleJob, channels: number): void {
  job.begin();
  for (let c = 0; c < channels; c += 2) {
    const planes = Math.min(2, channels - c);
    const start = job.add(0, planes, BLOCK, 0.25, RATIO);
    writeSound(job.source, start, planes * job.sourceStride(0, BLOCK, RATIO), c);
  }
  job.finish();
}

const METER_BLOCK = 2048;

function fillMeters(job: MeterJob, channels: number): void {
  job.begin();
  for (let c = 0; c < channels; c++) writeSound(job.samples, job.add(c, RATE, METER_BLOCK), METER_BLOCK, c);
  job.finish();
}

export const SOUND_WORKLOADS: readonly Workload[] = [
  {
    stem: 'pcm-repair',
    unit: 'channels',
    sizes: CHANNELS,
    make: (size) => {
      const samplesMax = size * (NEAR + 2 * GAP + FAR);
      const lengths = { lengthMax: GAP, fitFramesMax: NEAR + FAR };
      const sizes = { gapsMax: size, modelsMax: size, samplesMax, resultMax: size * GAP, ...lengths };
      const make = () => new PcmRepairJob(sizes);
      return caseOf(make, new PcmRepairTwin(GAP, NEAR + FAR), (job) => fillGaps(job, size));
    },
  },
  {
    stem: 'resample',
    unit: 'channels',
    sizes: CHANNELS,
    make: (size) => {
      const rates = [{ sourceRate: RATE, slotRate: RATE }];
      const sizes = { piecesMax: size, sourceMax: 512 * (size + 1), resultMax: BLOCK * (size + 1), rates };
      return caseOf(
        () => new ResampleJob(sizes),
        new ResampleTwin(2),
        (job) => fillPieces(job, size),
      );
    },
  },
  {
    stem: 'meter',
    unit: 'channels',
    sizes: CHANNELS,
    make: (size) => {
      const sizes = { channelsMax: size, samplesMax: METER_BLOCK * size, statesMax: size };
      return caseOf(
        () => new MeterJob(sizes),
        new MeterTwin(),
        (job) => fillMeters(job, size),
      );
    },
  },
];
