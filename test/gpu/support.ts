// What the conformance tests share: the one device of a test file, a kernel and its twin side by side, and how
// their outputs are compared.
import { afterAll, beforeAll, expect } from 'vitest';
import { BatchRunner } from '../../engine/gpu/batch-runner.js';
import { type GpuDevice, openGpu } from '../../engine/gpu/gpu-device.js';
import { GpuKernel } from '../../engine/gpu/gpu-kernel.js';
import type { KernelJob } from '../../engine/gpu/kernel-job.js';

/** Told to go without: then there is nothing to test here, and that is said. */
export const WITHOUT_GPU = process.env.JAMBRIDGE_WITHOUT_GPU === '1';

/** A software driver compiles its kernels for seconds, and shares the cores with whatever else is tested. */
export const SLOWLY = { timeout: 240_000 };

let device: GpuDevice | undefined;

/** Opens the device for a test file and prints its name; no adapter is a failure. */
export function useGpu(): () => GpuDevice {
  beforeAll(async () => {
    if (WITHOUT_GPU) return;
    const opened = await openGpu({ adapterName: process.env.JAMBRIDGE_ADAPTER ?? '' });
    if (typeof opened === 'string') {
      throw new Error(`${opened}; JAMBRIDGE_WITHOUT_GPU=1 tests everything else`);
    }
    device = opened;
    process.stderr.write(`GPU adapter: ${opened.adapterName}${opened.software ? ' (software)' : ''}\n`);
  });
  afterAll(async () => {
    expect(device?.lastError ?? '').toBe('');
    await device?.close();
  });
  return () => {
    if (device === undefined) throw new Error('there is no device');
    return device;
  };
}

/** A job for the kernel and one for its twin, made alike. */
export class Pair<Job extends KernelJob> {
  private kernel!: GpuKernel;
  private runner!: BatchRunner;

  constructor(
    readonly onGpu: Job,
    readonly onCpu: Job,
    private readonly twin: { run(job: Job): void },
  ) {}

  async open(gpu: GpuDevice): Promise<this> {
    const { spec, wordsMax } = this.onGpu;
    this.kernel = await GpuKernel.make(gpu, spec, wordsMax);
    const bytes = Object.values(wordsMax).map((words) => words * 4);
    this.runner = new BatchRunner(gpu, {
      uploadBytesMax: Math.max(...bytes),
      readBackBytesMax: bytes.reduce((sum, size) => sum + size, 0),
    });
    await this.runner.warmUp([this.kernel]);
    return this;
  }

  /** The same batch for both, then both run. */
  async run(fill: (job: Job) => void): Promise<void> {
    for (const job of [this.onGpu, this.onCpu]) {
      for (const { name, use } of job.spec.buffers) if (use === 'output') job.memory[name].fill(0xdeadbeef);
      fill(job);
    }
    this.twin.run(this.onCpu);
    await this.runner.run([{ kernel: this.kernel, job: this.onGpu }]);
  }

  /** Both wrote the same words. */
  expectEqual(name: string): void {
    const used = this.onCpu.used[name];
    expect(this.onGpu.used[name]).toBe(used);
    expectSameWords(this.onGpu.memory[name].subarray(0, used), this.onCpu.memory[name].subarray(0, used));
  }

  /** What a state buffer holds on the device. */
  async state(gpu: GpuDevice, name: string): Promise<Uint32Array> {
    const words = this.onGpu.wordsMax[name];
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const buffer = gpu.device.createBuffer({ size: words * 4, usage });
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.kernel.buffer(name), 0, buffer, 0, words * 4);
    gpu.queue.submit([encoder.finish()]);
    await buffer.mapAsync(GPUMapMode.READ);
    const copy = new Uint32Array(buffer.getMappedRange()).slice();
    buffer.destroy();
    return copy;
  }

  close(): void {
    this.runner.destroy();
    this.kernel.destroy();
  }
}

/** Equal, or the first difference; quick for millions of words. */
export function expectSameWords(actual: Uint32Array, expected: Uint32Array): void {
  const at = expected.findIndex((word, index) => actual[index] !== word);
  if (at >= 0) expect(`word ${at}: ${actual[at]}`).toBe(`word ${at}: ${expected[at]}`);
  expect(actual.length).toBe(expected.length);
}
