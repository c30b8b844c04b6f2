// The way out, in the order of the data: capture ring -> packetizer -> framing -> redundancy -> multicast.

import { HISTORY_PACKETS } from '../base/limits.js';
import type { MetricsSlab } from '../base/metrics-slab.js';
import type { AnnouncedStream, Reception } from '../worker/messages.js';
import { ControlSender } from './control-sender.js';
import type { EngineSlot } from './engine-slot.js';
import { MidiSendScratch } from './midi-sender.js';
import type { PacketSink } from './packet-sink.js';
import { ReceptionTable } from './reception-table.js';
import type { SendSettings } from './send-settings.js';
import type { PacketListener, SendIdentity } from './send-stream.js';
import { SlotSender } from './slot-sender.js';
import type { SlotTable } from './slot-table.js';
import type { SongPlace } from './timeline-lock.js';
import { songPlaceOf, TransportWatcher } from './transport-watcher.js';

/** Audio, MIDI, repair packets. */
const STREAMS_PER_SLOT = 3;

/** Bytes of slab that the way out needs: the streams of each slot, and the control packets. */
export function sendSlabBytes(slotCount: number, stride: number): number {
  return (STREAMS_PER_SLOT * slotCount + 1) * HISTORY_PACKETS * stride;
}

export class SendPath {
  readonly control: ControlSender;
  private readonly senders: SlotSender[];
  private readonly transports: TransportWatcher[];
  private readonly receptions = new ReceptionTable();
  private announcementDue = true;

  constructor(
    slotCount: number,
    private readonly slots: SlotTable,
    private readonly sink: PacketSink,
    stride: number,
    metrics: MetricsSlab,
    public identity: SendIdentity,
    public settings: SendSettings,
    /** Fresh epochs: never 0, never one that was used before. */
    private readonly nextEpoch: () => number,
    listener: PacketListener,
    private readonly onStreams: (streams: AnnouncedStream[]) => void,
    /** Where the song of a slot is: the slots of this engine hear each other without the network. */
    private readonly onSong: (channel: number, epoch: number, place: SongPlace) => void,
  ) {
    const scratch = new MidiSendScratch();
    const region = STREAMS_PER_SLOT * HISTORY_PACKETS * stride;
    this.senders = Array.from(
      { length: slotCount },
      (_, slot) => new SlotSender(sink, slot * region, stride, metrics, scratch, listener),
    );
    this.transports = Array.from({ length: slotCount }, () => new TransportWatcher());
    this.control = new ControlSender(sink, slotCount * region, stride);
  }

  /** Everything that was captured goes out; copies that are due too. Returns when the next one is. [engine-thread] */
  tick(nowUs: number): number {
    for (const slot of this.slots.live) {
      const sender = this.senders[slot.view.index];
      const wanted = slot.view.sends && slot.blockEnd > 0 && (slot.view.channelsIn > 0 || slot.view.midiOn);
      if (sender.running && (!wanted || !sender.fits(slot))) this.end(slot, true, nowUs);
      if (wanted && !sender.running) {
        sender.begin(slot, this.identity, this.nextEpoch(), this.settings, nowUs);
        this.tellReception(slot, nowUs);
        this.announcementDue = true;
      }
      if (sender.running) {
        sender.tick(slot, this.settings, nowUs);
        const { view } = slot;
        const transport = this.transports[view.index];
        if (transport.tick(slot, sender.epoch, this.control, this.identity, nowUs)) {
          this.onSong(view.channel, sender.epoch, songPlaceOf(view));
        }
      }
    }
    if (this.announcementDue) {
      this.announcementDue = false;
      this.onStreams(this.streams());
    }
    let next = this.control.tick(this.identity, nowUs);
    for (const slot of this.slots.live) {
      const sender = this.senders[slot.view.index];
      if (sender.running) next = Math.min(next, sender.sendDue(this.settings, nowUs));
    }
    this.sink.flush();
    return next;
  }

  /** The slot's stream is over: its frames may not be read again. [engine-thread] */
  end(slot: EngineSlot, readable: boolean, nowUs: number): void {
    const sender = this.senders[slot.view.index];
    if (!sender.running) return;
    sender.end(slot, this.settings, readable, nowUs);
    this.announcementDue = true;
  }

  /** What receivers announce of our channels, once a second. [engine-thread] */
  hearReceptions(receptions: readonly Reception[], nowUs: number): void {
    this.receptions.set(receptions);
    for (const slot of this.slots.live) this.tellReception(slot, nowUs);
  }

  private tellReception({ view }: EngineSlot, nowUs: number): void {
    const { receptions, settings } = this;
    const { channel } = view;
    const loss = receptions.lossOn(channel);
    this.senders[view.index].hear(loss, receptions.latencyMsOn(channel), settings, nowUs);
  }

  /** Other settings: what they touch begins anew, in a new epoch. */
  change(settings: SendSettings, identity: SendIdentity, nowUs: number): void {
    for (const slot of this.slots.live) this.end(slot, true, nowUs);
    this.settings = settings;
    this.identity = identity;
    this.announcementDue = true;
  }

  epochOf(slot: number): number {
    return this.senders[slot].epoch;
  }

  private streams(): AnnouncedStream[] {
    const streams: AnnouncedStream[] = [];
    for (const sender of this.senders) if (sender.running) sender.announce(this.settings, streams);
    return streams;
  }
}
