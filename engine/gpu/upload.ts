// The way up. Small pieces go by writeBuffer; from STAGED_BYTES_MIN on, a ring of mapped staging buffers saves a
// copy. writeBuffer from shared memory would crash the process: that is copied to memory of our own before.
import type { GpuDevice } from './gpu-device.js';

/** Measured on software Vulkan (bench gpu, `upload`): below, writeBuffer is quicker; at 2 MiB they are even. */
const STAGED_BYTES_MIN = 1 << 20;
const RING = 3;

interface Slot {
  readonly buffer: GPUBuffer;
  mapped: boolean;
}

/** Bytes moved, for the count of copies. */
export class CopyCounts {
  /** By the processor, from and to memory of the caller. */
  hostBytes = 0;
  /** On the device, between staging and its own memory. */
  deviceBytes = 0;
  /** What the caller wanted to have moved, both ways. */
  payloadBytes = 0;

  reset(): void {
    this.hostBytes = 0;
    this.deviceBytes = 0;
    this.payloadBytes = 0;
  }
}

export class Upload {
  private readonly ring: Slot[] = [];
  private readonly bounce: Uint32Array;
  private readonly used: Slot[] = [];

  /** @param stagedBytes the largest single buffer */
  constructor(
    private readonly gpu: GpuDevice,
    readonly stagedBytes: number,
    private readonly counts: CopyCounts,
  ) {
    this.bounce = new Uint32Array(Math.ceil(stagedBytes / 4));
    if (stagedBytes < STAGED_BYTES_MIN) return;
    const usage = GPUBufferUsage.MAP_WRITE | GPUBufferUsage.COPY_SRC;
    const size = (stagedBytes + 15) & ~15;
    for (let i = 0; i < RING; i++) {
      this.ring.push({
        buffer: gpu.device.createBuffer({ size, usage, mappedAtCreation: true }),
        mapped: true,
      });
    }
  }

  /** Copies words to `target`, in order with what `encoder` does next. [gpu-thread] */
  write(
    encoder: GPUCommandEncoder,
    target: GPUBuffer,
    atWord: number,
    words: Uint32Array,
    count: number,
  ): void {
    if (count === 0) return;
    const bytes = count * 4;
    this.counts.payloadBytes += bytes;
    this.counts.hostBytes += bytes;
    this.counts.deviceBytes += bytes;
    const slot = bytes >= STAGED_BYTES_MIN ? this.ring.find(({ mapped }) => mapped) : undefined;
    if (slot !== undefined) {
      new Uint32Array(slot.buffer.getMappedRange(), 0, count).set(words.subarray(0, count));
      slot.buffer.unmap();
      slot.mapped = false;
      this.used.push(slot);
      encoder.copyBufferToBuffer(slot.buffer, 0, target, atWord * 4, bytes);
      return;
    }
    if (words.buffer instanceof ArrayBuffer) {
      this.gpu.queue.writeBuffer(target, atWord * 4, words.buffer, words.byteOffset, bytes);
      return;
    }
    this.counts.hostBytes += bytes;
    this.bounce.set(words.subarray(0, count));
    this.gpu.queue.writeBuffer(target, atWord * 4, this.bounce, 0, count);
  }

  /** After submit: the staging buffers used are mapped again as soon as the device has read them. [gpu-thread] */
  recycle(): void {
    for (const slot of this.used) {
      slot.buffer.mapAsync(GPUMapMode.WRITE).then(
        () => {
          slot.mapped = true;
        },
        () => undefined, // the device is gone
      );
    }
    this.used.length = 0;
  }

  destroy(): void {
    for (const { buffer } of this.ring) buffer.destroy();
  }
}
