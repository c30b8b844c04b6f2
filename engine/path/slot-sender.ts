// Both senders of one slot: begun when the slot starts to send, ended when it stops, each time in a new epoch.

import { HISTORY_PACKETS, REPAIR_WINDOW_MAX } from '../base/limits.js';
import type { MetricsSlab } from '../base/metrics-slab.js';
import { GLOBAL, STREAM } from '../base/metrics-slab.js';
import { PACKET_TYPE, PAYLOAD_FORMAT } from '../toast/types.js';
import type { AnnouncedStream } from '../worker/messages.js';
import { AudioSender, type AudioSendSettings } from './audio-sender.js';
import type { EngineSlot } from './engine-slot.js';
import { MidiSender, type MidiSendScratch } from './midi-sender.js';
import type { PacketSink } from './packet-sink.js';
import { RepairSender } from './repair-sender.js';
import type { SendSettings } from './send-settings.js';
import { type PacketListener, type SendIdentity, SendStream } from './send-stream.js';

/** A stream that began longer ago than this is not sent from its beginning: that sound is stale. */
const STALE_US = 250_000;

export class SlotSender {
  epoch = 0;
  private audio: AudioSender | null = null;
  private midi: MidiSender | null = null;
  private sampleRate = 0;
  private channel = 0;
  private channels = 0;
  private blockFramesMax = 0;

  constructor(
    private readonly sink: PacketSink,
    private readonly regionBase: number,
    private readonly stride: number,
    private readonly metrics: MetricsSlab,
    private readonly scratch: MidiSendScratch,
    private readonly listener: PacketListener,
  ) {}

  get running(): boolean {
    return this.epoch !== 0;
  }

  /** Does what runs still fit what the slot wants? */
  fits(slot: EngineSlot): boolean {
    const { view } = slot;
    return (
      this.channel === view.channel &&
      this.sampleRate === view.sampleRate &&
      this.channels === view.channelsIn &&
      (this.midi !== null) === view.midiOn
    );
  }

  /** [engine-thread] */
  begin(
    slot: EngineSlot,
    identity: SendIdentity,
    epoch: number,
    settings: SendSettings,
    nowUs: number,
  ): void {
    const { view } = slot;
    this.epoch = epoch;
    this.sampleRate = view.sampleRate;
    this.channel = view.channel;
    this.channels = view.channelsIn;
    this.blockFramesMax = view.blockFramesMax;
    const sinceStart = slot.blockEnd - view.streamFrame;
    const fresh = sinceStart <= (STALE_US * view.sampleRate) / 1e6;
    const start = fresh ? view.streamFrame : view.blockFrame;
    if (view.channelsIn > 0) {
      const stream = this.open(slot, PACKET_TYPE.audio, 0);
      stream.begin(identity, view, epoch, settings.audio[0].format);
      const repair = this.open(slot, PACKET_TYPE.repair, 2, stream.row);
      repair.begin(identity, view, epoch, PAYLOAD_FORMAT.binary);
      this.audio = new AudioSender(stream, new RepairSender(repair, settings.repair), this.metrics);
      this.audio.begin(slot, start, settings.audio[0], nowUs);
    }
    if (view.midiOn) {
      const stream = this.open(slot, PACKET_TYPE.midi, 1);
      stream.begin(identity, view, epoch, settings.midi.format);
      this.midi = new MidiSender(stream, this.scratch, this.metrics);
      this.midi.begin(start);
    }
  }

  /** MIDI first, then audio; a note doesn't wait for audio to be packetized. [engine-thread] */
  tick(slot: EngineSlot, settings: SendSettings, nowUs: number): void {
    if (this.midi !== null) {
      this.midi.tick(slot, settings.midi, nowUs);
      this.sink.flush();
    }
    this.audio?.tick(slot, this.audioSettings(slot, settings), nowUs);
  }

  /** What receivers say of this slot's channel: see repair-rate.ts. [engine-thread] */
  hear(worstLoss: number, latencyMsMin: number, settings: SendSettings, nowUs: number): void {
    const { packetFrames } = settings.audio[0];
    const { rate } = this.audio?.repair ?? {};
    rate?.hear(worstLoss, latencyMsMin, packetFrames, this.sampleRate, REPAIR_WINDOW_MAX, nowUs);
  }

  /** Copies that are due; returns when the next one is. [engine-thread] */
  sendDue(settings: SendSettings, nowUs: number): number {
    const copies = this.midi?.stream.sendDue(nowUs, settings.midiSpacingUs) ?? Number.POSITIVE_INFINITY;
    const long = this.midi?.long.sendDue(settings.midi, nowUs) ?? Number.POSITIVE_INFINITY;
    const midi = Math.min(copies, long, this.midi?.dueUs(settings.midi) ?? Number.POSITIVE_INFINITY);
    if (this.audio === null) return midi;
    const audio = this.audio.stream.sendDue(nowUs, settings.audioSpacingUs);
    return Math.min(midi, audio, this.audio.repair.stream.sendDue(nowUs, 0));
  }

  /** The slot stops: the rest goes out, owed copies too. [engine-thread] */
  end(slot: EngineSlot, settings: SendSettings, readable: boolean, nowUs: number): void {
    if (readable) this.audio?.finish(slot, this.audioSettings(slot, settings), nowUs);
    this.midi?.long.finish(settings.midi, nowUs);
    this.sendDue(settings, Number.POSITIVE_INFINITY);
    this.sink.flush();
    this.metrics.retireStreamRow(this.audio?.stream.row ?? -1);
    this.metrics.retireStreamRow(this.midi?.stream.row ?? -1);
    this.audio = null;
    this.midi = null;
    this.epoch = 0;
  }

  /** What the announcement says of it. */
  announce(settings: SendSettings, into: AnnouncedStream[]): void {
    const common = {
      channel: this.channel,
      epoch: this.epoch,
      sampleRate: this.sampleRate,
      blockFrames: this.blockFramesMax,
    };
    if (this.audio !== null) {
      const format = FORMAT_NAMES[settings.audio[0].format];
      into.push({ ...common, kind: 'audio', channels: this.channels, format });
    }
    if (this.midi !== null) {
      into.push({ ...common, kind: 'midi', channels: 0, format: FORMAT_NAMES[settings.midi.format] });
    }
  }

  private audioSettings(slot: EngineSlot, settings: SendSettings): AudioSendSettings {
    return settings.audio[slot.view.redundancy] ?? settings.audio[0];
  }

  private open(slot: EngineSlot, type: number, region: number, sharedRow = -1): SendStream {
    const row = sharedRow >= 0 ? sharedRow : this.takeRow(slot, type);
    const base = this.regionBase + region * HISTORY_PACKETS * this.stride;
    const { index } = slot.view;
    return new SendStream(this.sink, base, this.stride, index, type, this.metrics, row, this.listener);
  }

  private takeRow(slot: EngineSlot, type: number): number {
    const row = this.metrics.takeStreamRow();
    const { cells } = this.metrics;
    cells[row + STREAM.kind] = type;
    cells[row + STREAM.direction] = 1;
    cells[row + STREAM.slot] = slot.view.index;
    cells[row + STREAM.channel] = slot.view.channel;
    cells[row + STREAM.epoch] = this.epoch;
    cells[row + STREAM.sampleRate] = slot.view.sampleRate;
    cells[row + STREAM.channels] = type === PACKET_TYPE.audio ? slot.view.channelsIn : 0;
    cells[row + STREAM.firstPacketUs] = cells[GLOBAL.heartbeatUs];
    return row;
  }
}

const FORMAT_NAMES = ['binary', 'json', 'compact'];
