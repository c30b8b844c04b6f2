// Where frames lie: the planar rings of the jitter buffers and of the playout, and positions in them.

/** Planes of `ringFrames` samples (a power of two) that begin one after another; frame f lies at f & mask. */
export interface PlanarRing {
  readonly frames: Float32Array;
  readonly ringFrames: number;
  readonly mask: number;
  readonly channels: number;
}

export interface SourcePosition {
  /** A whole number, whatever its size up to 2^52. */
  frame: number;
  /** In [0, 1). */
  fraction: number;
}

/**
 * Copies frames [first, first + count) of one plane to line[at, at + count), those outside
 * [sourceStart, sourceEnd) as silence. [engine-thread]
 */
export function readPlane(
  source: PlanarRing,
  plane: number,
  first: number,
  count: number,
  sourceStart: number,
  sourceEnd: number,
  line: Float64Array,
  at: number,
): void {
  const ring = plane * source.ringFrames;
  const from = Math.min(Math.max(0, sourceStart - first), count);
  const to = Math.max(from, Math.min(count, sourceEnd - first));
  line.fill(0, at, at + from);
  let index = (first + from) & source.mask;
  for (let i = from; i < to; i++) {
    line[at + i] = source.frames[ring + index];
    index = (index + 1) & source.mask;
  }
  line.fill(0, at + to, at + count);
}
