// The GPU thread: owns the device, takes batches out of the mailbox, runs each as one submission, puts it back.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { PipelineService } from '../gpu/pipeline/pipeline-service.js';
import type { FromGpu, GpuThreadData, ToGpu } from './gpu-messages.js';

/** What is late is done by the engine thread; what it takes from others, nobody gives back. */
const SOFTWARE_NICE = 10;

const post = (message: FromGpu): void => parentPort?.postMessage(message);

/** Until it is told to stop or the device is gone. [gpu-thread] */
async function run(data: GpuThreadData): Promise<void> {
  if (data.software === true) yieldToMusic();
  const service = await PipelineService.open(data);
  if (typeof service === 'string') {
    post({ kind: 'gone', why: service });
    return;
  }
  parentPort?.on('message', ({ kind }: ToGpu) => {
    if (kind === 'stop') service.stop();
    else service.loseDevice();
  });
  const { adapterName, software } = service;
  post({ kind: 'ready', adapterName, software });
  const why = await service.serve();
  await service.close();
  post({ kind: 'gone', why });
}

/** On Linux a thread has a priority of its own, which those that it starts inherit: the driver's. [gpu-thread] */
function yieldToMusic(): void {
  if (process.platform === 'linux') setPriority(0, SOFTWARE_NICE);
}

run(workerData as GpuThreadData)
  .catch((error: unknown) => {
    post({ kind: 'gone', why: error instanceof Error ? error.message : String(error) });
  })
  .finally(() => parentPort?.close());
