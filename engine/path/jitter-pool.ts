// The jitter buffers of all streams: bounded in bytes, used again. A flood of streams that come and go would
// otherwise leave its dead rings to the garbage collector faster than it comes by.
import { JITTER_BYTES_MAX } from '../base/limits.js';
import { JitterBuffer } from './jitter-buffer.js';

export class JitterPool {
  /** Of all buffers, lent or not. */
  bytes = 0;
  private readonly free: JitterBuffer[] = [];

  /** @param ringFrames of a buffer at rates up to 48 kHz, a power of two */
  constructor(
    private readonly ringFrames: number,
    private readonly bytesMax = JITTER_BYTES_MAX,
  ) {}

  /** An empty buffer; null when there is no memory for it. [engine-thread] */
  take(channels: number, sampleRate: number): JitterBuffer | null {
    // As many frames as the longest latency needs, at any rate.
    const ringFrames = this.ringFrames * (sampleRate > 96_000 ? 4 : sampleRate > 48_000 ? 2 : 1);
    const at = this.free.findIndex((b) => b.channels === channels && b.ringFrames === ringFrames);
    if (at >= 0) {
      const [buffer] = this.free.splice(at, 1);
      buffer.reset();
      return buffer;
    }
    const needed = ringFrames * (channels * 4 + 1);
    while (this.bytes + needed > this.bytesMax) {
      const given = this.free.shift();
      if (given === undefined) return null;
      this.bytes -= given.bytes;
    }
    const buffer = new JitterBuffer(ringFrames, channels);
    this.bytes += buffer.bytes;
    return buffer;
  }

  /** Its stream is over: nobody looks into it any more. */
  give(buffer: JitterBuffer): void {
    this.free.push(buffer);
  }
}
