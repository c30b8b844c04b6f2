// One kernel on the device: its pipelines, its buffers, and how it is put into a batch.
import type { GpuDevice } from './gpu-device.js';
import type { BufferUse, KernelJob, KernelSpec } from './kernel-job.js';
import { shaderSource } from './shader-source.js';

const BINDING: Readonly<Record<BufferUse, GPUBufferBindingType>> = {
  params: 'uniform',
  input: 'read-only-storage',
  output: 'storage',
  state: 'storage',
  scratch: 'storage',
};
const BUFFER_BYTES_MIN = 16;

export class GpuKernel {
  readonly buffers = new Map<string, GPUBuffer>();
  private readonly own: GPUBuffer[] = [];
  private bindGroup!: GPUBindGroup;
  private readonly pipelines: GPUComputePipeline[] = [];

  private constructor(
    private readonly gpu: GpuDevice,
    readonly spec: KernelSpec,
  ) {}

  /**
   * Compiles it and allocates its buffers. Buffers in `lent` are another kernel's: what one writes is read by the
   * next one without leaving the device. [gpu-thread, starting]
   * @param wordsMax the size of each buffer
   */
  static async make(
    gpu: GpuDevice,
    spec: KernelSpec,
    wordsMax: Readonly<Record<string, number>>,
    lent: Readonly<Record<string, GPUBuffer>> = {},
  ): Promise<GpuKernel> {
    const kernel = new GpuKernel(gpu, spec);
    for (const { name, use } of spec.buffers) {
      kernel.buffers.set(name, lent[name] ?? kernel.allocate(name, use, wordsMax[name]));
    }
    await kernel.compile();
    return kernel;
  }

  private allocate(name: string, use: BufferUse, words: number): GPUBuffer {
    const { device } = this.gpu;
    const kind = use === 'params' ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
    const buffer = device.createBuffer({
      label: `${this.spec.stem}.${name}`,
      size: Math.max(BUFFER_BYTES_MIN, (words * 4 + 15) & ~15),
      usage: kind | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    this.own.push(buffer);
    return buffer;
  }

  private async compile(): Promise<void> {
    const { device } = this.gpu;
    const { stem, buffers, passes } = this.spec;
    const module = device.createShaderModule({ label: stem, code: shaderSource(stem) });
    const { messages } = await module.getCompilationInfo();
    const errors = messages.filter(({ type }) => type === 'error');
    if (errors.length > 0) {
      throw new Error(errors.map((e) => `${stem}.wgsl:${e.lineNum}:${e.linePos}: ${e.message}`).join('\n'));
    }
    const layout = device.createBindGroupLayout({
      entries: buffers.map(({ use }, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: BINDING[use] },
      })),
    });
    this.bindGroup = device.createBindGroup({
      layout,
      entries: buffers.map(({ name }, binding) => ({ binding, resource: { buffer: this.buffer(name) } })),
    });
    const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
    for (const entryPoint of passes) {
      const compute = { module, entryPoint };
      this.pipelines.push(
        await device.createComputePipelineAsync({
          label: `${stem}.${entryPoint}`,
          layout: pipelineLayout,
          compute,
        }),
      );
    }
  }

  buffer(name: string): GPUBuffer {
    const buffer = this.buffers.get(name);
    if (buffer === undefined) throw new Error(`${this.spec.stem} has no buffer ${name}`);
    return buffer;
  }

  /** [gpu-thread] */
  encode(pass: GPUComputePassEncoder, job: KernelJob): void {
    pass.setBindGroup(0, this.bindGroup);
    for (let i = 0; i < this.pipelines.length; i++) {
      const x = job.groups[3 * i];
      const y = job.groups[3 * i + 1];
      const z = job.groups[3 * i + 2];
      if (x * y * z === 0) continue;
      pass.setPipeline(this.pipelines[i]);
      pass.dispatchWorkgroups(x, y, z);
    }
  }

  /** Runs every pass once for nobody: drivers compile at the first dispatch. Params must read as empty. */
  encodeWarmUp(pass: GPUComputePassEncoder): void {
    pass.setBindGroup(0, this.bindGroup);
    for (const pipeline of this.pipelines) {
      pass.setPipeline(pipeline);
      pass.dispatchWorkgroups(1);
    }
  }

  /** [gpu-thread] */
  destroy(): void {
    for (const buffer of this.own) buffer.destroy();
  }
}
