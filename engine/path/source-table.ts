// The remote sources and their streams, bounded by one limit. Streams begin with their first packet and end
// when their sender says so, is silent, or is gone. Beginning and ending are rare and may allocate.
import { PEER_SILENCE_MAX_US } from '../base/limits.js';
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import { MidiReceiveStream } from '../midi/midi-receive-stream.js';
import type { ConcealerPool } from '../repair/concealer-pool.js';
import type { PacketFields } from '../toast/packet.js';
import { PACKET_TYPE } from '../toast/types.js';
import { AudioReceiveStream } from './audio-receive-stream.js';
import { JitterPool } from './jitter-pool.js';
import { RemoteSource } from './remote-source.js';

/** Silent for longer than usual packets are apart: its sender has stopped, or was stopped. */
const SEQUEL_SILENCE_US = 20_000;

export class SourceTable {
  readonly all: RemoteSource[] = [];
  private streams = 0;
  private last: RemoteSource | null = null;
  private readonly pool: JitterPool;

  constructor(
    private readonly metrics: MetricsSlab,
    ringFrames: number,
    public streamsMax: number,
    private readonly concealers: ConcealerPool,
  ) {
    this.pool = new JitterPool(ringFrames);
  }

  /** The source that a packet belongs to, new or known. [engine-thread] */
  find(fields: PacketFields, channel: number, originSlot: number): RemoteSource {
    const { last } = this;
    const { senderIdLow, senderIdHigh, epoch } = fields;
    if (last?.is(senderIdLow, senderIdHigh, channel, epoch)) return last;
    for (const source of this.all) {
      if (!source.is(senderIdLow, senderIdHigh, channel, epoch)) continue;
      this.last = source;
      return source;
    }
    const source = new RemoteSource(
      senderIdLow,
      senderIdHigh,
      channel,
      epoch,
      originSlot,
      !fields.hasExtension,
    );
    this.last = source;
    return source;
  }

  /** Its audio stream in this shape; begun anew when the shape changed; null over the limit. */
  audioOf(
    source: RemoteSource,
    sampleRate: number,
    channels: number,
    nowUs: number,
  ): AudioReceiveStream | null {
    const { audio } = source;
    if (audio !== null && audio.sampleRate === sampleRate && audio.channels === channels) return audio;
    if (audio !== null) this.endAudio(source, audio);
    if (!this.room()) return null;
    const buffer = this.pool.take(channels, sampleRate);
    if (buffer === null) return null;
    const row = this.takeRow(source, PACKET_TYPE.audio, nowUs);
    if (row < 0) {
      this.pool.give(buffer);
      return null;
    }
    this.metrics.cells[row + STREAM.sampleRate] = sampleRate;
    this.metrics.cells[row + STREAM.channels] = channels;
    this.streams++;
    const concealer = this.concealers.take(sampleRate, channels);
    source.audio = new AudioReceiveStream(sampleRate, channels, buffer, concealer, this.metrics, row);
    source.audio.rejoins = this.isSequel(source, nowUs);
    this.keep(source);
    return source.audio;
  }

  midiOf(source: RemoteSource, nowUs: number): MidiReceiveStream | null {
    if (source.midi !== null) return source.midi;
    if (!this.room()) return null;
    const row = this.takeRow(source, PACKET_TYPE.midi, nowUs);
    if (row < 0) return null;
    this.streams++;
    source.midi = new MidiReceiveStream(this.metrics, row);
    this.keep(source);
    return source.midi;
  }

  /** Sources that have been silent too long; those that ended and have been played. */
  reap(nowUs: number, gone: (source: RemoteSource) => void): void {
    for (let i = this.all.length - 1; i >= 0; i--) {
      const source = this.all[i];
      const silentUs = nowUs - source.lastPacketUs;
      const played = source.ended && silentUs > 500_000;
      if (silentUs < PEER_SILENCE_MAX_US && !played) continue;
      this.remove(i, gone);
    }
  }

  /** Marks what a leaving sender sent as ended. */
  endAllOf(senderIdLow: number, senderIdHigh: number): void {
    for (const source of this.all) {
      if (source.senderIdLow === senderIdLow && source.senderIdHigh === senderIdHigh) this.end(source);
    }
  }

  end(source: RemoteSource): void {
    source.ended = true;
    if (source.audio !== null) source.audio.ended = true;
  }

  private remove(index: number, gone: (source: RemoteSource) => void): void {
    const source = this.all[index];
    this.all.splice(index, 1);
    if (this.last === source) this.last = null;
    gone(source);
    if (source.audio !== null) this.endAudio(source, source.audio);
    if (source.midi !== null) {
      this.metrics.retireStreamRow(source.midi.row);
      this.streams--;
    }
  }

  private endAudio(source: RemoteSource, audio: AudioReceiveStream): void {
    this.metrics.retireStreamRow(audio.row);
    this.pool.give(audio.buffer);
    this.concealers.give(audio.concealer);
    source.audio = null;
    this.streams--;
  }

  /** Does it go on where another run of the same sender was heard a moment ago? */
  private isSequel({ senderIdLow, senderIdHigh, channel, epoch }: RemoteSource, nowUs: number): boolean {
    for (const other of this.all) {
      if (other.epoch === epoch || !other.is(senderIdLow, senderIdHigh, channel, other.epoch)) continue;
      if (other.audio !== null && (other.ended || nowUs - other.lastPacketUs > SEQUEL_SILENCE_US))
        return true;
    }
    return false;
  }

  private keep(source: RemoteSource): void {
    if (!this.all.includes(source)) this.all.push(source);
  }

  private room(): boolean {
    return this.streams < this.streamsMax;
  }

  private takeRow(source: RemoteSource, kind: number, nowUs: number): number {
    const row = this.metrics.takeStreamRow();
    if (row < 0) return -1;
    const { cells } = this.metrics;
    cells[row + STREAM.kind] = kind;
    cells[row + STREAM.slot] = source.originSlot;
    cells[row + STREAM.senderIdLow] = source.senderIdLow;
    cells[row + STREAM.senderIdHigh] = source.senderIdHigh;
    cells[row + STREAM.channel] = source.channel;
    cells[row + STREAM.epoch] = source.epoch;
    cells[row + STREAM.firstPacketUs] = nowUs;
    return row;
  }
}
