// Where finished datagrams go: the bridge's send batch in the engine, a simulated network in tests.
import type { ByteSlab } from '../toast/byte-slab.js';

export interface PacketSink {
  /** Datagrams lie in it until flush(). */
  readonly slab: ByteSlab;
  /** Grows by one at each flush: what was staged before is gone from the batch. */
  readonly generation: number;
  /** Puts the datagram at `offset` into the batch; flushes by itself when the batch is full. [engine-thread] */
  stage(offset: number, length: number): void;
  flush(): void;
}
