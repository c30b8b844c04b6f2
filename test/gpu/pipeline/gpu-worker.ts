// The GPU thread beside a simulation: real, with a device of its own, waited for between the ticks of virtual time.
import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect } from 'vitest';
import { PACKAGE_ROOT } from '../../../engine/control/package-root.js';
import {
  BATCH,
  createPipelineMemory,
  Mailbox,
  type PipelineMemory,
} from '../../../engine/gpu/pipeline/mailbox.js';
import type { BatchClock } from '../../../engine/gpu/pipeline/pipeline.js';
import type { StageName } from '../../../engine/gpu/pipeline/stages.js';
import type { FromGpu, ToGpu } from '../../../engine/worker/gpu-messages.js';

const GPU_THREAD = join(PACKAGE_ROOT, 'dist/engine/worker/gpu-thread.js');
/** A machine may be busy; a batch that isn't back by then never comes. */
const BATCH_MS_MAX = 20_000;

export class GpuWorker {
  adapterName = '';
  private readonly worker: Worker;
  private readonly gone: Promise<string>;
  private readonly exited: Promise<number>;

  private constructor(
    readonly memory: PipelineMemory,
    stages: readonly StageName[],
    adapterName: string,
  ) {
    const workerData = { memory, adapterName, stages };
    this.worker = new Worker(GPU_THREAD, { workerData, env: SHARE_ENV });
    this.exited = new Promise((resolve) => this.worker.once('exit', resolve));
    this.gone = new Promise((resolve) => {
      this.worker.on('message', (message: FromGpu) => {
        if (message.kind === 'gone') resolve(message.why);
      });
      this.worker.once('error', (error) => resolve(String(error)));
      void this.exited.then(() => resolve('exited'));
    });
  }

  /** A text says why there is none. */
  static async start(
    stages: readonly StageName[],
    memory = createPipelineMemory(),
    adapterName = process.env.JAMBRIDGE_ADAPTER ?? '',
  ): Promise<GpuWorker | string> {
    const made = new GpuWorker(memory, stages, adapterName);
    const ready = new Promise<GpuWorker>((resolve) => {
      made.worker.on('message', (message: FromGpu) => {
        if (message.kind !== 'ready') return;
        made.adapterName = message.adapterName;
        resolve(made);
      });
    });
    return Promise.race([ready, made.gone]);
  }

  /** Tells it; returns why it ended. */
  async end(kind: ToGpu['kind']): Promise<string> {
    this.tell(kind);
    const why = await this.gone;
    await this.exited;
    return why;
  }

  tell(kind: ToGpu['kind']): void {
    this.worker.postMessage({ kind } satisfies ToGpu);
    new Mailbox(this.memory).ring();
  }

  /** Without a word. */
  kill(): Promise<number> {
    return this.worker.terminate();
  }
}

/** In virtual time a batch is back after so long; in real time it is waited for. */
export class VirtualBatchClock implements BatchClock {
  /** Batches that never came. */
  missing = 0;
  /** The thread is gone, and nobody has said so yet. */
  dead = false;

  constructor(public roundTripUs: number) {}

  isBack(mailbox: Mailbox, batch: number, postedUs: number, nowUs: number): boolean {
    if (nowUs < postedUs + this.roundTripUs) return false;
    if (mailbox.state(batch) !== BATCH.posted) return true;
    if (this.dead || mailbox.stages === 0) return false; // nobody is there
    Atomics.wait(mailbox.control, mailbox.stateWord(batch), BATCH.posted, BATCH_MS_MAX);
    if (mailbox.state(batch) !== BATCH.posted) return true;
    this.missing++;
    this.dead = true;
    return false;
  }
}

/** One for all tests of a block; it must end in good order. */
export function useGpuWorker(stages: readonly StageName[]): () => GpuWorker {
  let worker: GpuWorker;
  beforeAll(async () => {
    const started = await GpuWorker.start(stages);
    if (typeof started === 'string')
      throw new Error(`${started}; JAMBRIDGE_WITHOUT_GPU=1 tests everything else`);
    worker = started;
  });
  afterAll(async () => {
    expect(await worker.end('stop')).toBe('');
  });
  return () => worker;
}
