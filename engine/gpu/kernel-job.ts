// One batch for one kernel: the memory that its twin works on and that the GPU gets and gives back. Owner:
// whoever made it; all of it is allocated at construction, and may be shared memory.

/**
 *  params    a few words, other ones with every batch
 *  input     written by the caller, read by the kernel
 *  output    written by the kernel, read by the caller
 *  state     stays with the kernel from batch to batch; the caller may change parts of it
 *  scratch   the kernel's own
 */
export type BufferUse = 'params' | 'input' | 'output' | 'state' | 'scratch';

export interface BufferSpec {
  readonly name: string;
  readonly use: BufferUse;
}

export interface KernelSpec {
  /** Of shaders/STEM.wgsl and twins/STEM.ts. */
  readonly stem: string;
  /** In the order of their bindings. */
  readonly buffers: readonly BufferSpec[];
  /** Entry points, in the order in which they run. */
  readonly passes: readonly string[];
}

/** A part of a state buffer that the caller has changed. */
export interface StateWrite {
  readonly buffer: string;
  readonly at: number;
  readonly words: Uint32Array;
}

/** Makes the memory of a job; the engine's lies in memory that its threads share. */
export type Allocate = (words: number) => Uint32Array;
export const allocateOwn: Allocate = (words) => new Uint32Array(words);
export const allocateShared: Allocate = (words) => new Uint32Array(new SharedArrayBuffer(words * 4));

export class KernelJob {
  /** By buffer name; scratch has none. */
  readonly memory: Readonly<Record<string, Uint32Array>>;
  /** Words of each that this batch uses. */
  readonly used: Record<string, number> = {};
  /** Workgroups of each pass: x, y, z. None: the pass does not run. */
  readonly groups: Uint32Array;
  readonly stateWrites: StateWrite[] = [];

  /** @param wordsMax the size of each buffer */
  constructor(
    readonly spec: KernelSpec,
    readonly wordsMax: Readonly<Record<string, number>>,
    allocate: Allocate,
  ) {
    const memory: Record<string, Uint32Array> = {};
    this.groups = new Uint32Array(3 * spec.passes.length);
    for (const { name, use } of spec.buffers) {
      if (use !== 'scratch') memory[name] = allocate(wordsMax[name]);
      this.used[name] = use === 'params' ? wordsMax[name] : 0;
    }
    this.memory = memory;
  }

  /** Writes what the kernel needs before its first batch. [gpu-thread, starting] */
  prepare(): void {}

  protected setGroups(pass: number, x: number, y = 1, z = 1): void {
    this.groups[3 * pass] = x;
    this.groups[3 * pass + 1] = y;
    this.groups[3 * pass + 2] = z;
  }
}

/** What is more than this goes into a further dimension: one alone holds 65535 workgroups. The shaders know it. */
export const COLUMNS = 32768;

/** Workgroups of `size` invocations for `count` of them. [any-thread] */
export function groupsFor(count: number, size: number): number {
  return Math.ceil(count / size);
}
