// How often a byte is copied between the socket and the playout rings, counted where it is moved: a stereo stream and
// MIDI over a line without loss, in virtual time; the packets read by the processor, and by the GPU.
import { routeCopies } from '../../engine/control/route-copies.js';
import { Mailbox } from '../../engine/gpu/pipeline/mailbox.js';
import { GpuWorker, VirtualBatchClock } from '../../test/gpu/pipeline/gpu-worker.js';
import { receive } from '../../test/gpu/pipeline/parse-world.js';
import type { Row } from '../bench.js';

const FORMATS = ['binary', 'compact'] as const;
const ROUND_TRIP_US = 700;
const NO_GPU = { hostBytes: 0, deviceBytes: 0 };

export async function measureRoute(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const format of FORMATS) {
    const { engine } = receive({ format, bad: false });
    rows.push({ kernel: 'route', unit: format, backend: 'cpu', ...routeCopies(engine.metrics, NO_GPU) });
    rows.push({ kernel: 'route', unit: format, backend: 'gpu', ...(await onGpu(format)) });
  }
  return rows;
}

async function onGpu(format: (typeof FORMATS)[number]): Promise<Row> {
  const worker = await GpuWorker.start(['parse']);
  if (typeof worker === 'string') throw new Error(worker);
  const { memory } = worker;
  try {
    const clock = new VirtualBatchClock(ROUND_TRIP_US);
    const { engine, counts } = receive({ format, bad: false, gpu: { memory, clock } });
    const mailbox = new Mailbox(memory);
    const moved = { hostBytes: mailbox.figure('hostBytes'), deviceBytes: mailbox.figure('deviceBytes') };
    return { ...routeCopies(engine.metrics, moved), packets: counts.used ?? 0, texts: counts.textsUsed ?? 0 };
  } finally {
    await worker.end('stop');
  }
}
