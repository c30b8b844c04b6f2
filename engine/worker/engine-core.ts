// What the engine thread owns: the network, both paths and the slots between them. The loop around it is in
// engine-thread.ts; tests drive the same paths over a simulated network.
import { Network, type NetworkOptions, nowUs, type Segment } from '../../bridge/index.js';
import { BATCH_MAX, STALL_US } from '../base/limits.js';
import { GLOBAL, type MetricsSlab, REJECT } from '../base/metrics-slab.js';
import { Pipeline } from '../gpu/pipeline/pipeline.js';
import { ReceivePath } from '../path/receive-path.js';
import type { SegmentView } from '../path/segment-view.js';
import { SendPath, sendSlabBytes } from '../path/send-path.js';
import { sendSettings } from '../path/send-settings.js';
import { SlotTable } from '../path/slot-table.js';
import { ByteSlab } from '../toast/byte-slab.js';
import { sessionIdOf } from '../toast/session-id.js';
import type { EngineNetwork } from './engine-network.js';
import { EpochSource } from './epoch-source.js';
import type {
  AnnouncedStream,
  EngineSettings,
  EngineThreadData,
  FromEngine,
  Reception,
  ToEngine,
} from './messages.js';
import { NetworkSink } from './network-sink.js';

const MEMBERSHIP_RENEWAL_US = 30e6;
/** The largest receive buffer holds fewer. */
const BACKLOG_BATCHES_MAX = 4096;

export class EngineCore {
  private network: EngineNetwork;
  private sink: NetworkSink;
  private receiveSlab: ByteSlab;
  private readonly slots: SlotTable;
  private receive: ReceivePath;
  private send: SendPath;
  private readonly epochs = new EpochSource();
  private settings: EngineSettings;
  private stride: number;
  private batch = 0;
  private batchUs = 0;
  private lastTickUs = 0;
  private renewUs = nowUs() + MEMBERSHIP_RENEWAL_US;

  constructor(
    private readonly segment: Segment,
    private readonly view: SegmentView,
    private readonly metrics: MetricsSlab,
    private readonly data: EngineThreadData,
    private readonly post: (message: FromEngine) => void,
    private readonly openNetwork = (options: NetworkOptions): EngineNetwork => new Network(options),
  ) {
    this.settings = data.settings;
    this.stride = strideOf(data.settings);
    const sendSlab = new ByteSlab(sendSlabBytes(view.at.slotCount, this.stride));
    this.slots = new SlotTable(view, metrics, (slot) => {
      this.send.end(slot, slot.streamStamp !== 0, nowUs());
      this.receive.endLocal(slot.view.index, 0);
    });
    this.network = this.open(data.settings, sendSlab);
    this.sink = new NetworkSink(sendSlab, this.network, metrics);
    this.receiveSlab = new ByteSlab(this.network.receiveSlab);
    this.receive = this.makeReceive(data.settings);
    if (data.pipelineMemory !== null) this.receive.pipeline = new Pipeline(data.pipelineMemory, metrics);
    this.send = this.makeSend(data.settings);
  }

  get receiveBufferBytes(): number {
    return this.network.receiveBufferBytes;
  }

  /** One pass; returns when the next is due at the latest. [engine-thread] */
  tick(startUs: number): number {
    if (this.lastTickUs !== 0 && startUs - this.lastTickUs > STALL_US) this.dropBacklog();
    this.lastTickUs = startUs;
    this.slots.scan(startUs);
    const dueUs = this.send.tick(startUs);
    this.takeBatch();
    this.receive.render(startUs);
    const endUs = nowUs();
    this.receive.recordArrivals(endUs);
    return Math.min(dueUs, this.receive.nextUs(endUs));
  }

  /** Sleeps until something happens; what came is taken by the next tick. [engine-thread] */
  wait(publishSeen: number, timeoutUs: number): void {
    const received = this.network.wait(publishSeen, this.settings.spinUs, timeoutUs);
    this.batchUs = this.network.clockUs[0];
    this.batch = Math.max(0, received);
    if (received < 0) this.metrics.addGlobal(GLOBAL.receiveErrors, 1);
  }

  houseKeeping(startUs: number): void {
    this.receive.houseKeeping(startUs);
    if (startUs < this.renewUs) return;
    this.renewUs = startUs + MEMBERSHIP_RENEWAL_US;
    this.network.renewMembership();
  }

  announce(body: Uint8Array): void {
    this.send.control.announce(body);
  }

  peerStreams(message: Extract<ToEngine, { kind: 'peerStreams' }>): void {
    this.receive.announced(message.senderIdLow, message.senderIdHigh, message.leaving, (channel, epoch) =>
      message.streams.some((stream) => stream.channel === channel && stream.epoch === epoch),
    );
  }

  songPlace(message: Extract<ToEngine, { kind: 'songPlace' }>): void {
    const { senderIdLow, senderIdHigh, channel, epoch } = message;
    this.receive.songPlace(senderIdLow, senderIdHigh, channel, epoch, message);
  }

  hearReceptions(receptions: readonly Reception[]): void {
    this.send.hearReceptions(receptions, nowUs());
  }

  /** New settings: sockets are opened anew only when they are about sockets. */
  change(settings: EngineSettings): void {
    const before = this.settings;
    this.settings = settings;
    if (sendsDifferently(before, settings)) {
      this.send.change(sendSettings(settings), this.identity(settings), nowUs());
    }
    this.receive.sessionId = sessionIdOf(settings.sessionName);
    this.receive.setLimits(settings);
    if (!needsSockets(before, settings)) return;
    this.sink.flush();
    const old = this.network;
    this.network = this.open(settings, this.sink.slab);
    this.sink.network = this.network;
    this.receiveSlab = new ByteSlab(this.network.receiveSlab);
    this.batch = 0;
    old.close();
  }

  farewell(body: Uint8Array): void {
    const now = nowUs();
    for (const slot of this.slots.live) {
      this.send.end(slot, true, now);
      slot.stop();
    }
    this.send.control.farewell(this.send.identity, body, now);
  }

  close(): void {
    this.network.close();
  }

  /** After the process was stopped or the machine asleep: played now, all that waits would be stale. */
  private dropBacklog(): void {
    for (let batches = 0; this.batch > 0 && batches < BACKLOG_BATCHES_MAX; batches++) {
      this.metrics.addGlobal(GLOBAL.packetsReceived, this.batch);
      for (let i = 0; i < this.batch; i++) this.metrics.countReject(REJECT.stale);
      this.batch = Math.max(0, this.network.wait(0, 0, 0));
    }
    this.batch = 0;
    this.receive.dropWaiting();
  }

  private takeBatch(): void {
    const { receiveMeta } = this.network;
    const stride = this.network.receiveSlab.byteLength / BATCH_MAX;
    for (let i = 0; i < this.batch; i++) {
      const length = receiveMeta[i * 4];
      this.metrics.addGlobal(GLOBAL.packetsReceived, 1);
      this.metrics.addGlobal(GLOBAL.bytesReceived, Math.max(0, length));
      this.receive.accept(
        this.receiveSlab,
        i * stride,
        length,
        receiveMeta[i * 4 + 1] >>> 0,
        receiveMeta[i * 4 + 2],
        this.batchUs,
      );
    }
    this.batch = 0;
  }

  private open(settings: EngineSettings, sendSlab: ByteSlab): EngineNetwork {
    return this.openNetwork({
      interfaceAddresses: [...settings.interfaceAddresses],
      group: settings.group,
      port: settings.port,
      ttl: settings.ttl,
      loop: true,
      receiveBufferBytes: settings.receiveBufferBytes,
      sendBufferBytes: settings.sendBufferBytes,
      // Others may send longer datagrams than we do; theirs are taken whole, whatever our own limit is.
      datagramStride: 9216,
      batchMax: BATCH_MAX,
      sendSlab: sendSlab.buffer as ArrayBuffer,
      segment: this.segment,
      doorbell: true,
    });
  }

  private makeReceive(settings: EngineSettings): ReceivePath {
    return new ReceivePath(
      this.slots,
      this.metrics,
      this.data.senderIdLow,
      this.data.senderIdHigh,
      sessionIdOf(settings.sessionName),
      settings,
      this.view.at.ringFrames,
      {
        discovery: (senderIdLow, senderIdHigh, address, body) =>
          this.post({ kind: 'discovery', senderIdLow, senderIdHigh, address: dotted(address), body }),
        transport: (senderIdLow, senderIdHigh, body) =>
          this.post({ kind: 'transport', senderIdLow, senderIdHigh, body }),
      },
    );
  }

  private makeSend(settings: EngineSettings): SendPath {
    return new SendPath(
      this.view.at.slotCount,
      this.slots,
      this.sink,
      this.stride,
      this.metrics,
      this.identity(settings),
      sendSettings(settings),
      () => this.epochs.next(),
      (slab, offset, length, slot, now) => this.hearLocally(slab, offset, length, slot, now),
      (streams: AnnouncedStream[]) => this.post({ kind: 'localStreams', streams }),
      (channel, epoch, place) => {
        this.receive.songPlace(this.data.senderIdLow, this.data.senderIdHigh, channel, epoch, place);
      },
    );
  }

  /** Slots of one engine hear each other without the network; a packet nobody here wants costs a look. */
  private hearLocally(slab: ByteSlab, offset: number, length: number, from: number, now: number): void {
    for (const slot of this.slots.live) {
      if (slot.view.index === from || !slot.view.receives) continue;
      this.receive.acceptLocal(slab, offset, length, from, now);
      return;
    }
  }

  private identity(settings: EngineSettings): {
    senderIdLow: number;
    senderIdHigh: number;
    sessionId: number;
  } {
    const { senderIdLow, senderIdHigh } = this.data;
    return { senderIdLow, senderIdHigh, sessionId: sessionIdOf(settings.sessionName) };
  }
}

function strideOf(settings: EngineSettings): number {
  return (settings.maxDatagramBytes + 63) & ~63;
}

function dotted(address: number): string {
  // As the socket gave it: network order in memory, read on a little-endian host.
  return [address & 255, (address >>> 8) & 255, (address >>> 16) & 255, address >>> 24].join('.');
}

function needsSockets(before: EngineSettings, after: EngineSettings): boolean {
  return (
    before.group !== after.group ||
    before.port !== after.port ||
    before.ttl !== after.ttl ||
    before.receiveBufferBytes !== after.receiveBufferBytes ||
    before.sendBufferBytes !== after.sendBufferBytes ||
    before.interfaceAddresses.join() !== after.interfaceAddresses.join()
  );
}

function sendsDifferently(before: EngineSettings, after: EngineSettings): boolean {
  return (
    before.sessionName !== after.sessionName ||
    before.packetFrames !== after.packetFrames ||
    before.maxDatagramBytes !== after.maxDatagramBytes ||
    before.audioFormat !== after.audioFormat ||
    before.audioSampleFormat !== after.audioSampleFormat ||
    before.midiFormat !== after.midiFormat ||
    before.audioCopies !== after.audioCopies ||
    before.audioCopySpacingUs !== after.audioCopySpacingUs ||
    before.audioBytesRatio !== after.audioBytesRatio ||
    before.audioRepairWindowPackets !== after.audioRepairWindowPackets ||
    before.audioAdaptive !== after.audioAdaptive ||
    before.midiCopies !== after.midiCopies ||
    before.midiCopySpacingUs !== after.midiCopySpacingUs ||
    before.midiJournalUs !== after.midiJournalUs
  );
}
