// What the [control-thread] and the [gpu-thread] say to each other. Batches don't come this way: see
// engine/gpu/pipeline/mailbox.ts.
import type { PipelineMemory } from '../gpu/pipeline/mailbox.js';
import type { StageName } from '../gpu/pipeline/stages.js';

export interface GpuThreadData {
  readonly memory: PipelineMemory;
  readonly adapterName: string;
  readonly stages: readonly StageName[];
  /** The adapter is a processor: its threads must not take the cores from those that keep time. */
  readonly software?: boolean;
}

export type ToGpu = { readonly kind: 'stop' } | { readonly kind: 'lose' };

export type FromGpu =
  | { readonly kind: 'ready'; readonly adapterName: string; readonly software: boolean }
  /** There is no device, or there is none any more; the thread ends. */
  | { readonly kind: 'gone'; readonly why: string };
