// How often a byte is copied between the socket and the playout rings: everything that was moved, counted where it was
// moved, against what the socket gave.
import { GLOBAL, type MetricsSlab } from '../base/metrics-slab.js';

/** Bytes moved, in the order of the route. */
export interface RouteCopies {
  /** From the socket into the receive slab. */
  readonly received: number;
  /** From there to where the GPU's thread finds them. */
  readonly toBatch: number;
  /** By the GPU's thread and on its device, all stages and both ways, since the GPU was started. */
  readonly byGpuThread: number;
  readonly onDevice: number;
  /** PCM out of text, by the processor. */
  readonly unpacked: number;
  /** Samples, in single precision. */
  readonly toJitter: number;
  readonly toPlayout: number;
  /** All of it for each byte received. */
  readonly perByte: number;
}

/** [control-thread] */
export function routeCopies(
  metrics: MetricsSlab,
  gpu: { readonly hostBytes: number; readonly deviceBytes: number },
): RouteCopies {
  const moved = {
    received: metrics.global(GLOBAL.bytesReceived),
    toBatch: metrics.global(GLOBAL.bytesToBatch),
    byGpuThread: gpu.hostBytes,
    onDevice: gpu.deviceBytes,
    unpacked: metrics.global(GLOBAL.bytesUnpacked),
    toJitter: metrics.global(GLOBAL.bytesToJitter),
    toPlayout: metrics.global(GLOBAL.bytesToPlayout),
  };
  const all = Object.values(moved).reduce((sum, bytes) => sum + bytes, 0);
  return { ...moved, perByte: moved.received > 0 ? Math.round((all / moved.received) * 100) / 100 : 0 };
}
