// What the stages of the pipeline have in common. A stage fills in its jobs of the batch that a tick hands over, and
// takes them back at a later tick; in between it may not touch them. Whatever is not back when it is needed is done
// by the processor.
//
//   [engine-thread]   fill(batch) -> posted -> .. -> take(batch)        one of them at a time for each batch
import type { MetricsSlab } from '../../base/metrics-slab.js';
import type { EngineSlot } from '../../path/engine-slot.js';
import type { RemoteSource } from '../../path/remote-source.js';
import type { KernelJob } from '../kernel-job.js';
import type { StageName } from './stages.js';

/** What there is to work on. Filled in anew for every tick. */
export class Tick {
  slots: readonly EngineSlot[] = [];
  sources: readonly RemoteSource[] = [];
  nowUs = 0;
  /** What is due within this time from now on should be asked for: a round trip and a margin. */
  leadUs = 0;
}

export interface PipelineStage {
  readonly name: StageName;
  /** Its jobs of a batch, in the order in which they run. */
  jobs(batch: number): readonly KernelJob[];
  /** Fills them in. False: there is nothing to do. [engine-thread] */
  fill(batch: number, tick: Tick): boolean;
  /** A batch that it had a part in is back. `good`: with results. [engine-thread] */
  take(batch: number, good: boolean, nowUs: number): void;
  /** [engine-thread] */
  publish(metrics: MetricsSlab): void;
}
