// The device: how it is got, lost and given back. What crashes the process, and is avoided here:
//
//   the object of create() collected while a device lives    held for good, see `kept`
//   exit with work in flight                                 close() waits for the queue, then destroys
//   leaving before Dawn's last tick                          close() lets the event loop turn twice
//   writeBuffer from shared memory                           see upload.ts
import { offerSoftwareDriver } from './vulkan-driver.js';

/** Never emptied: Dawn's ticks hold bare pointers into what create() returned. */
const kept: unknown[] = [];

export interface GpuOptions {
  /** Part of the adapter's name; '' = the first that Dawn offers, hardware before software. */
  readonly adapterName: string;
}

/** Timestamps tell how long kernels take; f32 precision and integer work need no feature. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['timestamp-query'];
const WANTED_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

export class GpuDevice {
  readonly queue: GPUQueue;
  readonly adapterName: string;
  /** A processor in a GPU's clothes: counts as CPU unless it is asked for. */
  readonly software: boolean;
  /** '' while it works; else why it does not. */
  lostReason = '';
  /** What the last error outside any scope said; '' = none. */
  lastError = '';

  constructor(
    readonly device: GPUDevice,
    adapter: GPUAdapter,
  ) {
    this.queue = device.queue;
    const { description, device: model, vendor } = adapter.info;
    this.adapterName = [model, description].filter((part) => part !== '').join(', ') || vendor;
    this.software = adapter.info.isFallbackAdapter;
    device.addEventListener('uncapturederror', (event) => {
      this.lastError = event.error.message;
    });
    void device.lost.then(({ reason, message }) => {
      this.lostReason = message || reason || 'lost';
    });
  }

  /** Gives everything back; the process may then end in any way. [gpu-thread] */
  async close(): Promise<void> {
    if (this.lostReason === '') await this.queue.onSubmittedWorkDone().catch(() => undefined);
    this.device.destroy();
    await turn();
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A device, or in words why there is none. Never throws. [gpu-thread | main-thread, starting] */
export async function openGpu(options: GpuOptions = { adapterName: '' }): Promise<GpuDevice | string> {
  offerSoftwareDriver();
  try {
    const dawn = await import('webgpu');
    Object.assign(globalThis, dawn.globals);
    const flags = options.adapterName === '' ? [] : [`adapter=${options.adapterName}`];
    const gpu = dawn.create([...flags, 'disable-dawn-features=timestamp_quantization']);
    kept.push(gpu);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return 'no GPU adapter: no driver, or none that Dawn accepts';
    kept.push(adapter);
    const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
    const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]]));
    return new GpuDevice(await adapter.requestDevice({ requiredFeatures, requiredLimits }), adapter);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
