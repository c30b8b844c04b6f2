// One batch: everything up, all kernels in one submission, everything back in one buffer.
//
//   memory of jobs -> upload -> kernels, one after another -> read-back buffer -> memory of jobs
import type { GpuDevice } from './gpu-device.js';
import type { GpuKernel } from './gpu-kernel.js';
import type { KernelJob } from './kernel-job.js';
import { CopyCounts, Upload } from './upload.js';

export interface BatchStep {
  readonly kernel: GpuKernel;
  readonly job: KernelJob;
}

export interface RunnerOptions {
  /** The largest input of any job. */
  readonly uploadBytesMax: number;
  /** All outputs of a batch together. */
  readonly readBackBytesMax: number;
}

/** Where the last batch's time went, in microseconds. */
export class BatchTimes {
  uploadUs = 0;
  encodeUs = 0;
  submitUs = 0;
  waitUs = 0;
  readBackUs = 0;
  get totalUs(): number {
    return this.uploadUs + this.encodeUs + this.submitUs + this.waitUs + this.readBackUs;
  }
}

const READ_BACK_RING = 2;

const nowUs = (): number => performance.now() * 1000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class BatchRunner {
  readonly counts = new CopyCounts();
  readonly times = new BatchTimes();
  private readonly upload: Upload;
  private readonly readBack: GPUBuffer[] = [];
  private next = 0;

  constructor(
    private readonly gpu: GpuDevice,
    { uploadBytesMax, readBackBytesMax }: RunnerOptions,
  ) {
    this.upload = new Upload(gpu, uploadBytesMax, this.counts);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const size = Math.max(16, (readBackBytesMax + 15) & ~15);
    for (let i = 0; i < READ_BACK_RING; i++) this.readBack.push(gpu.device.createBuffer({ size, usage }));
  }

  /** Compiles for good: the first dispatch of a pipeline may take a tenth of a second. [gpu-thread, starting] */
  async warmUp(kernels: readonly GpuKernel[]): Promise<void> {
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const kernel of kernels) kernel.encodeWarmUp(pass);
    pass.end();
    this.gpu.queue.submit([encoder.finish()]);
    await this.gpu.queue.onSubmittedWorkDone();
  }

  /**
   * Runs the steps in their order; a later one may read what an earlier one wrote. At most READ_BACK_RING batches
   * at a time. Rejects when the device is lost. [gpu-thread]
   * @param napMs polling for the result before that would cost a core
   */
  async run(steps: readonly BatchStep[], napMs = 0): Promise<void> {
    const { times } = this;
    const readBack = this.readBack[this.next];
    this.next = (this.next + 1) % this.readBack.length;
    const startUs = nowUs();
    const encoder = this.gpu.device.createCommandEncoder();
    for (const step of steps) this.uploadStep(encoder, step);
    const uploadedUs = nowUs();
    const bytes = this.encodeSteps(encoder, steps, readBack);
    const commands = encoder.finish();
    const encodedUs = nowUs();
    this.gpu.queue.submit([commands]);
    this.upload.recycle();
    const submittedUs = nowUs();
    if (napMs > 0) await sleep(napMs);
    if (bytes > 0) await readBack.mapAsync(GPUMapMode.READ, 0, bytes);
    else await this.gpu.queue.onSubmittedWorkDone();
    const mappedUs = nowUs();
    if (bytes > 0) this.takeOutputs(steps, readBack, bytes);
    times.uploadUs = uploadedUs - startUs;
    times.encodeUs = encodedUs - uploadedUs;
    times.submitUs = submittedUs - encodedUs;
    times.waitUs = mappedUs - submittedUs;
    times.readBackUs = nowUs() - mappedUs;
  }

  private uploadStep(encoder: GPUCommandEncoder, { kernel, job }: BatchStep): void {
    for (const { buffer, at, words } of job.stateWrites) {
      this.upload.write(encoder, kernel.buffer(buffer), at, words, words.length);
    }
    job.stateWrites.length = 0;
    for (const { name, use } of kernel.spec.buffers) {
      if (use !== 'params' && use !== 'input') continue;
      if (job.used[name] > 0) {
        this.upload.write(encoder, kernel.buffer(name), 0, job.memory[name], job.used[name]);
      }
    }
  }

  /** Returns the bytes to be read back. */
  private encodeSteps(encoder: GPUCommandEncoder, steps: readonly BatchStep[], readBack: GPUBuffer): number {
    const pass = encoder.beginComputePass();
    for (const { kernel, job } of steps) kernel.encode(pass, job);
    pass.end();
    let at = 0;
    for (const { kernel, job } of steps) {
      for (const { name, use } of kernel.spec.buffers) {
        const bytes = use === 'output' ? job.used[name] * 4 : 0;
        if (bytes === 0) continue;
        encoder.copyBufferToBuffer(kernel.buffer(name), 0, readBack, at, bytes);
        at += bytes;
      }
    }
    return at;
  }

  private takeOutputs(steps: readonly BatchStep[], readBack: GPUBuffer, bytes: number): void {
    const words = new Uint32Array(readBack.getMappedRange(0, bytes));
    this.counts.hostBytes += bytes;
    this.counts.deviceBytes += bytes;
    this.counts.payloadBytes += bytes;
    let at = 0;
    for (const { kernel, job } of steps) {
      for (const { name, use } of kernel.spec.buffers) {
        const count = use === 'output' ? job.used[name] : 0;
        if (count === 0) continue;
        job.memory[name].set(words.subarray(at, at + count));
        at += count;
      }
    }
    readBack.unmap();
  }

  /** [gpu-thread] */
  destroy(): void {
    this.upload.destroy();
    for (const buffer of this.readBack) buffer.destroy();
  }
}
