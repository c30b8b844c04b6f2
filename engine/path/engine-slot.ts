// A live slot with all that the engine keeps for it: where capture was read up to, the senders of its audio
// and MIDI, the taps of the sources that it hears, its playout.
import type { MetricsSlab } from '../base/metrics-slab.js';
import { DelayLockedLoop, type DriftEstimator } from '../drift/drift-estimator.js';
import { extendLow32 } from '../toast/sequence.js';
import { HostClock } from './host-clock.js';
import { Playout } from './playout.js';
import type { RemoteSource } from './remote-source.js';
import type { SlotView } from './slot-view.js';
import { SLOT_STATUS, TRANSPORT_FLAG } from './slot-view.js';
import { Tap } from './tap.js';

export class EngineSlot {
  readonly clock = new HostClock();
  /** The host's clock against ours. */
  readonly drift: DriftEstimator = new DelayLockedLoop();
  readonly playout: Playout;
  readonly taps: Tap[] = [];
  claimStamp = 0;
  /** The stream that the engine knows; differs from the view's for a moment after a restart. */
  streamStamp = 0;
  /** Frame after the last block whose process() was seen. */
  blockEnd = 0;
  private heardLatencyMs = -1;
  private heardChannel = -1;

  constructor(
    readonly view: SlotView,
    metrics: MetricsSlab,
  ) {
    this.playout = new Playout(metrics);
  }

  /** Takes the control block's news. True when the slot's stream began anew. [engine-thread] */
  update(): boolean {
    const { view } = this;
    const news = view.readControl();
    if (!view.active) {
      const stopped = this.streamStamp !== 0;
      if (stopped) this.stop();
      return stopped;
    }
    const restarted = news && view.streamStamp !== this.streamStamp;
    if (restarted) {
      this.stop();
      this.streamStamp = view.streamStamp;
      this.clock.reset(view.sampleRate);
      this.drift.reset(view.sampleRate);
      this.blockEnd = 0;
    }
    if (news && view.blockFrames > 0) {
      const end = view.blockFrame + view.blockFrames;
      if (end > this.blockEnd) {
        this.clock.observe(view.blockFrame, view.blockFramesMax, view.blockTimeUs);
        this.drift.observe(view.blockFrame, view.blockTimeUs);
      }
      this.blockEnd = Math.max(this.blockEnd, end);
    }
    this.followListening();
    return restarted;
  }

  /** Song frame minus slot frame while the host plays; NaN while it doesn't, or doesn't say. */
  get songOffset(): number {
    const { transportFlags, songFrame, blockFrame } = this.view;
    const rolling = TRANSPORT_FLAG.playing | TRANSPORT_FLAG.positionValid;
    return (transportFlags & rolling) === rolling ? songFrame - blockFrame : Number.NaN;
  }

  /** The frame after the last captured one, in full. SYNC POINT capture-end: acquires the frames. */
  captureEnd(near: number): number {
    return extendLow32(this.view.load(this.view.segment.at.slot.captureEnd), near);
  }

  /** This slot's tap of a source, if it has one. */
  tapOf(source: RemoteSource): Tap | null {
    for (const tap of this.taps) if (tap.source === source) return tap;
    return null;
  }

  /** Should this slot hear the source at all? */
  hears(source: RemoteSource): boolean {
    return (
      this.view.receives &&
      this.blockEnd > 0 &&
      source.channel === this.view.channel &&
      source.originSlot !== this.view.index
    );
  }

  addTap(source: RemoteSource, nowUs: number): Tap {
    const tap = new Tap(source, this.view.sampleRate);
    tap.anchor(this.clock, this.view, nowUs);
    if (!tap.convertible) source.refused = true;
    this.taps.push(tap);
    return tap;
  }

  dropTap(source: RemoteSource): void {
    const index = this.taps.findIndex((tap) => tap.source === source);
    if (index >= 0) this.taps.splice(index, 1);
  }

  /** Tells the plugin how it stands. [engine-thread] */
  publish(peers: number): void {
    const { view } = this;
    const { at } = view.segment;
    let status: number = peers > 0 ? SLOT_STATUS.connected : SLOT_STATUS.noPeers;
    let latency = 0;
    let heard = 0;
    for (const tap of this.taps) {
      if (tap.convertible || tap.source.midi !== null) {
        status = SLOT_STATUS.receiving;
        heard++;
      } else if (status !== SLOT_STATUS.receiving) status = SLOT_STATUS.refused;
      latency = Math.max(latency, tap.latencyFrames);
    }
    view.store(at.slot.slotStatus, status);
    view.store(at.slot.streamsHeard, heard);
    view.store(at.slot.latencyFrames, latency);
  }

  /** The slot is gone, or its stream ended. */
  stop(): void {
    this.streamStamp = 0;
    this.taps.length = 0;
    if (this.playout.running) this.playout.stop(this);
  }

  /** Other channel or latency: what was tapped before is tapped anew. Starts and stops the playout. */
  private followListening(): void {
    const { view } = this;
    if (view.channel !== this.heardChannel || view.latencyMs !== this.heardLatencyMs || !view.receives) {
      this.taps.length = 0;
      this.heardChannel = view.channel;
      this.heardLatencyMs = view.latencyMs;
    }
    if (view.receives && this.blockEnd > 0) {
      if (!this.playout.running) this.playout.begin(this);
    } else if (this.playout.running) this.playout.stop(this);
  }
}
