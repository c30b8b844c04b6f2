// What the control thread and the engine thread share besides the segment.
import { randomBytes } from 'node:crypto';
import { MetricsSlab } from '../base/metrics-slab.js';

export interface ControlMemory {
  readonly metrics: MetricsSlab;
  readonly signalMemory: SharedArrayBuffer;
  readonly senderIdLow: number;
  readonly senderIdHigh: number;
}

/** A new engine is a new sender, even of the same studio: nobody mistakes its packets for old ones. */
export function createControlMemory(): ControlMemory {
  const id = randomBytes(8);
  return {
    metrics: new MetricsSlab(),
    signalMemory: new SharedArrayBuffer(64),
    senderIdLow: id.readUInt32LE(0),
    senderIdHigh: (id.readUInt32LE(4) | 1) >>> 0, // never all zero: that is nobody
  };
}
