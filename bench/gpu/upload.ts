// Which way up is the quicker: writeBuffer, or a mapped staging buffer; and what it would save if datagrams were
// received straight into mapped memory.
import type { GpuDevice } from '../../engine/gpu/gpu-device.js';
import type { Row } from '../bench.js';
import { percentile, rounded } from '../support/statistics.js';

/** One datagram of 64 stereo frames, a tick's, a full batch of the socket, and more than a batch ever holds. */
const SIZES = [512, 4 << 10, 32 << 10, 128 << 10, 512 << 10, 2 << 20] as const;
const SIZES_QUICK = [4 << 10] as const;
const RUNS = 150;
const RUNS_QUICK = 5;
const WARM_UP_RUNS = 10;

const nowUs = (): number => performance.now() * 1000;

/** One upload; returns what the calling thread spent on it, until everything was handed over. */
type Way = () => number;

export async function measureUploads(device: GpuDevice, quick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const bytes of quick ? SIZES_QUICK : SIZES) rows.push(await measureSize(device, bytes, quick));
  return rows;
}

async function measureSize(gpu: GpuDevice, bytes: number, quick: boolean): Promise<Row> {
  const { device, queue } = gpu;
  const shared = new Uint32Array(new SharedArrayBuffer(bytes)).fill(0x55aa55aa);
  const own = new Uint32Array(bytes / 4);
  const target = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  const staging = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.MAP_WRITE | GPUBufferUsage.COPY_SRC,
    mappedAtCreation: true,
  });
  const written: Way = () => {
    const startUs = nowUs();
    own.set(shared); // from shared memory it would crash
    queue.writeBuffer(target, 0, own);
    queue.submit([]);
    return nowUs() - startUs;
  };
  const mapped = (copied: boolean) => (): number => {
    const startUs = nowUs();
    const words = new Uint32Array(staging.getMappedRange());
    if (copied) words.set(shared);
    staging.unmap();
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(staging, 0, target, 0, bytes);
    queue.submit([encoder.finish()]);
    return nowUs() - startUs;
  };
  const again = (): Promise<undefined> => staging.mapAsync(GPUMapMode.WRITE);
  const nothing = async (): Promise<void> => {};
  const runs = quick ? RUNS_QUICK : RUNS;
  const row = {
    ...{ kernel: 'upload', unit: 'bytes', size: bytes },
    ...(await measureWay('writeBuffer', gpu, written, nothing, runs)),
    ...(await measureWay('mapped', gpu, mapped(true), again, runs)),
    ...(await measureWay('receivedIntoMapped', gpu, mapped(false), again, runs)),
    adapter: gpu.adapterName,
  };
  target.destroy();
  staging.destroy();
  return row;
}

/** Until the device has it, and the buffer is there for the next one. */
async function measureWay(
  name: string,
  { queue }: GpuDevice,
  way: Way,
  again: () => Promise<unknown>,
  runs: number,
): Promise<Row> {
  const own: number[] = [];
  const whole: number[] = [];
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    const startUs = nowUs();
    const spentUs = way();
    await queue.onSubmittedWorkDone();
    await again();
    if (run < 0) continue;
    own.push(spentUs);
    whole.push(nowUs() - startUs);
  }
  return {
    [`${name}ThreadP50Us`]: rounded(percentile(own, 0.5)),
    [`${name}P50Us`]: rounded(percentile(whole, 0.5)),
  };
}
