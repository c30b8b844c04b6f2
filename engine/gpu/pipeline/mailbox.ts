// Where the [engine-thread] hands batches to the [gpu-thread] and takes them back. Nobody waits on the engine's
// side: it posts, and looks at its next tick.
//
//   engine: free -> filled in -> posted        gpu: posted -> run -> done | failed        engine: taken -> free
//
// SYNC POINT batch-posted: the engine stores `posted` after everything it wrote; the GPU thread loads it first.
// SYNC POINT batch-done: the GPU thread stores `done` after everything it wrote; the engine loads it first.
import type { KernelJob } from '../kernel-job.js';
import { BATCHES, BatchJobs } from './batch-jobs.js';

export const BATCH = { free: 0, posted: 1, done: 2, failed: 3 } as const;

/** Words of the control memory; those of each batch follow. */
const CONTROL = { bell: 0, stages: 1, batches: 2 } as const;
const BATCH_WORDS = 2;

/** Words of each job's head: is it wanted, words used of each buffer, workgroups of each pass, changed state. */
const USED_MAX = 10;
const GROUPS_MAX = 15;
const WRITES_MAX = 64;
const HEAD = { used: 1, groups: 1 + USED_MAX, writes: 1 + USED_MAX + GROUPS_MAX } as const;
const HEAD_WORDS = HEAD.writes + 1 + 3 * WRITES_MAX;

/** What the GPU thread tells of its work. */
export const FIGURES = [
  'batches',
  'roundTripUs', // of the newest batch, as the GPU thread sees it
  'roundTripMaxUs',
  'hostBytes', // copied by the processor
  'deviceBytes', // copied on the device
  'payloadBytes', // that were to be moved
] as const;
export type Figure = (typeof FIGURES)[number];

/** Goes to workers as it is. */
export interface PipelineMemory {
  readonly control: SharedArrayBuffer;
  readonly figures: SharedArrayBuffer;
  readonly heads: SharedArrayBuffer;
  /** Of each batch, in the order in which its jobs ask for it. */
  readonly pieces: readonly (readonly SharedArrayBuffer[])[];
}

/** All that the pipeline will ever need; pages that nobody touches cost nothing. [control-thread, starting] */
export function createPipelineMemory(): PipelineMemory {
  const pieces = Array.from({ length: BATCHES }, () => {
    const made: SharedArrayBuffer[] = [];
    new BatchJobs((words) => {
      const memory = new SharedArrayBuffer(words * 4);
      made.push(memory);
      return new Uint32Array(memory);
    });
    return made;
  });
  const jobs = new BatchJobs((words) => new Uint32Array(words)).all.length;
  return {
    control: new SharedArrayBuffer(4 * (CONTROL.batches + BATCHES * BATCH_WORDS)),
    figures: new SharedArrayBuffer(8 * FIGURES.length),
    heads: new SharedArrayBuffer(4 * BATCHES * jobs * HEAD_WORDS),
    pieces,
  };
}

export class Mailbox {
  readonly batches: readonly BatchJobs[];
  readonly control: Int32Array;
  private readonly figures: Float64Array;
  private readonly heads: Int32Array;

  constructor(memory: PipelineMemory) {
    this.control = new Int32Array(memory.control);
    this.figures = new Float64Array(memory.figures);
    this.heads = new Int32Array(memory.heads);
    this.batches = memory.pieces.map((pieces) => {
      let next = 0;
      return new BatchJobs(() => new Uint32Array(pieces[next++]));
    });
  }

  /** Which stages the GPU does now; 0: there is none. */
  get stages(): number {
    return Atomics.load(this.control, CONTROL.stages);
  }
  /** [gpu-thread | control-thread] */
  setStages(bits: number): void {
    Atomics.store(this.control, CONTROL.stages, bits);
  }

  state(batch: number): number {
    return Atomics.load(this.control, CONTROL.batches + batch * BATCH_WORDS);
  }
  /** Of those posted, the lowest goes first. */
  serial(batch: number): number {
    return this.control[CONTROL.batches + batch * BATCH_WORDS + 1];
  }

  /** Taken: the engine may fill it in. [engine-thread] */
  free(batch: number): void {
    Atomics.store(this.control, CONTROL.batches + batch * BATCH_WORDS, BATCH.free);
  }

  /** Which bit says that a job of a batch is wanted. [any-thread] */
  jobBit(batch: number, job: KernelJob): number {
    return 1 << this.batches[batch].all.indexOf(job);
  }

  /** The jobs whose bits are set go out together. [engine-thread] */
  post(batch: number, serial: number, wantedBits: number): void {
    const { control } = this;
    const { all } = this.batches[batch];
    for (let index = 0; index < all.length; index++) {
      this.writeHead(batch, index, all[index], (wantedBits & (1 << index)) !== 0);
    }
    control[CONTROL.batches + batch * BATCH_WORDS + 1] = serial;
    Atomics.store(control, CONTROL.batches + batch * BATCH_WORDS, BATCH.posted);
    Atomics.add(control, CONTROL.bell, 1);
    Atomics.notify(control, CONTROL.bell);
  }

  /** The jobs of a batch that are to be run, brought up to date. [gpu-thread] */
  wanted(batch: number): KernelJob[] {
    return this.batches[batch].all.filter((job, index) => this.readHead(batch, index, job));
  }

  /** Only for a batch that is posted. [gpu-thread] */
  finish(batch: number, state: number): void {
    const at = CONTROL.batches + batch * BATCH_WORDS;
    Atomics.compareExchange(this.control, at, BATCH.posted, state);
    Atomics.notify(this.control, at);
  }

  /** Is anything posted and not back? */
  get isWaiting(): boolean {
    return this.batches.some((_, batch) => this.state(batch) === BATCH.posted);
  }

  /** Whatever was posted to somebody who is no more. [gpu-thread | control-thread] */
  failAll(): void {
    for (let batch = 0; batch < this.batches.length; batch++) this.finish(batch, BATCH.failed);
  }

  /** [gpu-thread] Index of the bell's word, and what it shows. */
  get bell(): number {
    return CONTROL.bell;
  }
  heard(): number {
    return Atomics.load(this.control, CONTROL.bell);
  }
  ring(): void {
    Atomics.add(this.control, CONTROL.bell, 1);
    Atomics.notify(this.control, CONTROL.bell);
  }
  /** Index of the word that finish() notifies. */
  stateWord(batch: number): number {
    return CONTROL.batches + batch * BATCH_WORDS;
  }

  figure(name: Figure): number {
    return this.figures[FIGURES.indexOf(name)];
  }
  setFigure(name: Figure, value: number): void {
    this.figures[FIGURES.indexOf(name)] = value;
  }

  private writeHead(batch: number, index: number, job: KernelJob, wanted: boolean): void {
    const { heads } = this;
    const { buffers } = job.spec;
    const at = (batch * this.batches[batch].all.length + index) * HEAD_WORDS;
    heads[at] = wanted ? 1 : 0;
    if (!wanted) return;
    for (let b = 0; b < buffers.length; b++) heads[at + HEAD.used + b] = job.used[buffers[b].name];
    for (let g = 0; g < job.groups.length; g++) heads[at + HEAD.groups + g] = job.groups[g];
    let count = 0;
    for (const write of job.stateWrites) {
      if (count === WRITES_MAX) break;
      const to = at + HEAD.writes + 1 + 3 * count++;
      heads[to] = buffers.findIndex(({ name }) => name === write.buffer);
      heads[to + 1] = write.at;
      heads[to + 2] = write.words.length;
    }
    job.stateWrites.splice(0, count);
    heads[at + HEAD.writes] = count;
  }

  private readHead(batch: number, index: number, job: KernelJob): boolean {
    const { heads } = this;
    const { buffers } = job.spec;
    const at = (batch * this.batches[batch].all.length + index) * HEAD_WORDS;
    if (heads[at] === 0) return false;
    for (let b = 0; b < buffers.length; b++) job.used[buffers[b].name] = heads[at + HEAD.used + b];
    for (let g = 0; g < job.groups.length; g++) job.groups[g] = heads[at + HEAD.groups + g];
    for (let i = 0; i < heads[at + HEAD.writes]; i++) {
      const from = at + HEAD.writes + 1 + 3 * i;
      const { name } = buffers[heads[from]];
      const place = heads[from + 1];
      const words = job.memory[name].subarray(place, place + heads[from + 2]);
      job.stateWrites.push({ buffer: name, at: place, words });
    }
    return true;
  }
}
