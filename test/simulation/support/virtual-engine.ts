// The real send and receive paths of one engine, over a virtual segment and a virtual network.
import { GLOBAL, MetricsSlab, STREAM, type StreamColumn } from '../../../engine/base/metrics-slab.js';
import type { PipelineMemory } from '../../../engine/gpu/pipeline/mailbox.js';
import { type BatchClock, Pipeline } from '../../../engine/gpu/pipeline/pipeline.js';
import type { AudioSendSettings } from '../../../engine/path/audio-sender.js';
import type { PacketSink } from '../../../engine/path/packet-sink.js';
import { ReceivePath } from '../../../engine/path/receive-path.js';
import { SendPath, sendSlabBytes } from '../../../engine/path/send-path.js';
import type { SendSettings } from '../../../engine/path/send-settings.js';
import { SlotTable } from '../../../engine/path/slot-table.js';
import { ByteSlab } from '../../../engine/toast/byte-slab.js';
import { readTransportBody } from '../../../engine/toast/transport-body.js';
import { virtualSegment } from './virtual-segment.js';

const STRIDE = 1408;

/** Told when the paths begin to work and when they are done. */
export interface Meter {
  enter(): void;
  leave(): void;
}

export interface EngineOptions {
  /** Parts per million by which this machine's own clock runs fast, and what it showed at the start. */
  clockPpm?: number;
  clockOffsetUs?: number;
  meter?: Meter;
  settings?: Partial<AudioSendSettings> & {
    audioSpacingUs?: number;
    midiSpacingUs?: number;
    midiCopies?: number;
    midiFormat?: number;
    midiJournalUs?: number;
    bytesRatio?: number;
    repairWindowPackets?: number;
    adaptive?: boolean;
  };
  sessionId?: number;
  /** A GPU thread's, and the time that its batches take here. */
  gpu?: { memory: PipelineMemory; clock: BatchClock };
}

export function virtualSendSettings(options: EngineOptions['settings'] = {}): SendSettings {
  const audio = {
    packetFrames: options.packetFrames ?? 64,
    format: options.format ?? 0,
    sampleFormat: options.sampleFormat ?? 0,
    maxDatagramBytes: 1400,
  };
  const once = { ...audio, copies: 1, jellie: false, repair: false };
  const repair = {
    bytesRatio: options.bytesRatio ?? 3,
    adaptive: options.adaptive ?? false,
    windowPackets: options.repairWindowPackets ?? 7,
    maxDatagramBytes: 1400,
  };
  return {
    audio: [
      once,
      { ...once, copies: options.copies ?? 1 },
      { ...once, jellie: true },
      { ...once, repair: true },
    ],
    repair,
    audioSpacingUs: options.audioSpacingUs ?? 2000,
    midi: {
      format: options.midiFormat ?? 2,
      maxDatagramBytes: 1400,
      copies: options.midiCopies ?? 3,
      journalUs: options.midiJournalUs ?? 1_500_000,
    },
    midiSpacingUs: options.midiSpacingUs ?? 2000,
  };
}

class CollectingSink implements PacketSink {
  readonly slab: ByteSlab;
  generation = 0;
  private staged: { offset: number; length: number }[] = [];

  constructor(
    slabBytes: number,
    private readonly deliver: (datagram: Uint8Array) => void,
    private readonly meter: Meter | undefined,
  ) {
    this.slab = new ByteSlab(slabBytes);
  }
  stage(offset: number, length: number): void {
    this.staged.push({ offset, length });
  }
  flush(): void {
    this.generation++;
    const { staged, meter } = this;
    if (staged.length === 0) return;
    this.staged = [];
    meter?.leave(); // the world's work, not the paths'
    for (const { offset, length } of staged) this.deliver(this.slab.u8.slice(offset, offset + length));
    meter?.enter();
  }
}

export class VirtualEngine {
  readonly segment = virtualSegment();
  readonly metrics = new MetricsSlab();
  readonly slots: SlotTable;
  readonly receive: ReceivePath;
  readonly send: SendPath;
  private readonly incoming = new ByteSlab(2048);
  private houseKeepingUs = 0;
  private epoch: number;

  constructor(
    readonly id: number,
    transmit: (datagram: Uint8Array) => void,
    private readonly options: EngineOptions = {},
  ) {
    const sessionId = options.sessionId ?? 77;
    this.epoch = id * 1000;
    const { slotCount, ringFrames } = this.segment.at;
    const sink = new CollectingSink(sendSlabBytes(slotCount, STRIDE), transmit, options.meter);
    this.slots = new SlotTable(this.segment, this.metrics, (slot) => {
      this.send.end(slot, slot.streamStamp !== 0, this.houseKeepingUs);
      this.receive.endLocal(slot.view.index, 0);
    });
    this.receive = new ReceivePath(
      this.slots,
      this.metrics,
      id,
      0xabcd,
      sessionId,
      {
        ...{ streamsMax: 32, peersMax: 16, packetsPerSecondMax: 1e6 },
        ...{ concealmentShareOfBlock: 0.4, concealmentShareOfCore: 0.03 },
      },
      ringFrames,
      { discovery: () => {}, transport: (low, high, body) => this.hearTransport(low, high, body) },
    );
    if (options.gpu) {
      this.receive.pipeline = new Pipeline(options.gpu.memory, this.metrics, options.gpu.clock);
    }
    this.send = new SendPath(
      slotCount,
      this.slots,
      sink,
      STRIDE,
      this.metrics,
      { senderIdLow: id, senderIdHigh: 0xabcd, sessionId },
      virtualSendSettings(options.settings),
      () => ++this.epoch,
      (slab, offset, length, from, nowUs) => {
        const heard = this.slots.live.some((slot) => slot.view.index !== from && slot.view.receives);
        if (heard) this.receive.acceptLocal(slab, offset, length, from, nowUs);
      },
      () => {},
      (channel, epoch, place) => this.receive.songPlace(id, 0xabcd, channel, epoch, place),
    );
  }

  /** What this machine's clock shows, and the other way round. */
  localUs(trueUs: number): number {
    const { clockPpm = 0, clockOffsetUs = 0 } = this.options;
    return trueUs + (trueUs * clockPpm) / 1e6 + clockOffsetUs;
  }
  trueUs(localUs: number): number {
    const { clockPpm = 0, clockOffsetUs = 0 } = this.options;
    return (localUs - clockOffsetUs) / (1 + clockPpm / 1e6);
  }

  /** As the control thread does. */
  private hearTransport(low: number, high: number, body: Uint8Array): void {
    const said = readTransportBody(body);
    if (said?.position == null || said.mediaFrame === null || said.epoch === null) return;
    const { channel, epoch, playing, mediaFrame, position } = said;
    this.receive.songPlace(low, high, channel, epoch, { playing, mediaFrame, songFrame: position });
  }

  /** A datagram arrives. */
  accept(datagram: Uint8Array, nowUs: number): void {
    const { meter } = this.options;
    this.incoming.u8.set(datagram);
    meter?.enter();
    this.metrics.addGlobal(GLOBAL.bytesReceived, datagram.length);
    this.receive.accept(this.incoming, 0, datagram.length, 0x0100007f, 5000 + this.id, nowUs);
    meter?.leave();
  }

  /** One pass of the loop; returns when the next is due. */
  tick(nowUs: number): number {
    const { meter } = this.options;
    meter?.enter();
    this.slots.scan(nowUs);
    const due = this.send.tick(nowUs);
    this.receive.render(nowUs);
    this.receive.recordArrivals(nowUs);
    if (nowUs >= this.houseKeepingUs) {
      this.houseKeepingUs = nowUs + 100_000;
      this.receive.houseKeeping(nowUs);
    }
    meter?.leave();
    return Math.min(due, this.receive.nextUs(nowUs));
  }

  /** A counter summed over live and ended streams. @param kind 1 MIDI, 2 AUDIO @param direction 0 in, 1 out */
  total(column: StreamColumn, kind: number, direction: number): number {
    const { cells } = this.metrics;
    let sum = cells[this.metrics.endedRow(kind, direction) + STREAM[column]];
    for (const row of this.metrics.streamRows()) {
      if (cells[row + STREAM.kind] === kind && cells[row + STREAM.direction] === direction) {
        sum += cells[row + STREAM[column]];
      }
    }
    return sum;
  }
}
