// The send batch of the bridge: datagrams are staged by place and length and handed over together.
import { BATCH_MAX } from '../base/limits.js';
import { GLOBAL, type MetricsSlab } from '../base/metrics-slab.js';
import type { PacketSink } from '../path/packet-sink.js';
import type { ByteSlab } from '../toast/byte-slab.js';
import type { EngineNetwork } from './engine-network.js';

export class NetworkSink implements PacketSink {
  generation = 0;
  private count = 0;

  constructor(
    readonly slab: ByteSlab,
    public network: EngineNetwork,
    private readonly metrics: MetricsSlab,
  ) {}

  stage(offset: number, length: number): void {
    if (this.count === BATCH_MAX) this.flush();
    const { sendMeta } = this.network;
    sendMeta[this.count * 2] = offset;
    sendMeta[this.count * 2 + 1] = length;
    this.count++;
    this.metrics.addGlobal(GLOBAL.bytesSent, length);
  }

  flush(): void {
    this.generation++;
    if (this.count === 0) return;
    // Each interface sends its own; one that refuses is an error, whatever the others do.
    const wanted = this.count * this.network.interfaceCount;
    const sent = this.network.send(this.count);
    this.metrics.addGlobal(GLOBAL.packetsSent, sent);
    if (sent < wanted) this.metrics.addGlobal(GLOBAL.sendErrors, wanted - sent);
    this.count = 0;
  }
}
