// A network of two in memory: what one sends, the other receives, whole and at once.
import type { NetworkOptions } from '../../bridge/index.js';
import { BATCH_MAX } from '../base/limits.js';
import type { EngineNetwork } from './engine-network.js';

const META_INTS = 4;

export class PracticeNetwork implements EngineNetwork {
  readonly receiveSlab: ArrayBuffer;
  readonly receiveMeta = new Int32Array(BATCH_MAX * META_INTS);
  readonly sendMeta = new Int32Array(BATCH_MAX * 2);
  /** The time that the next wait() ends at. */
  readonly clockUs = new Float64Array(1);
  readonly receiveBufferBytes = 0;
  readonly interfaceCount = 1;
  /** Set once both are there. */
  other: PracticeNetwork | null = null;
  private readonly sent: Uint8Array;
  private readonly received: Uint8Array;
  private waiting = 0;

  constructor(private readonly options: NetworkOptions) {
    this.receiveSlab = new ArrayBuffer(BATCH_MAX * options.datagramStride);
    this.received = new Uint8Array(this.receiveSlab);
    this.sent = new Uint8Array(options.sendSlab);
  }

  wait(): number {
    const count = this.waiting;
    this.waiting = 0;
    return count;
  }

  send(count: number): number {
    for (let i = 0; i < count; i++) {
      const offset = this.sendMeta[i * 2];
      this.other?.take(this.sent, offset, this.sendMeta[i * 2 + 1]);
    }
    return count;
  }

  renewMembership(): void {}
  close(): void {}

  private take(bytes: Uint8Array, offset: number, length: number): void {
    if (this.waiting === BATCH_MAX) return;
    const index = this.waiting++;
    this.received.set(bytes.subarray(offset, offset + length), index * this.options.datagramStride);
    this.receiveMeta[index * META_INTS] = length;
    this.receiveMeta[index * META_INTS + 1] = 0x0100007f; // 127.0.0.1
    this.receiveMeta[index * META_INTS + 2] = this.options.port;
  }
}
