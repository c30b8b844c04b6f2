// The slots of the segment that a plugin or a device holds now. Attaching and detaching is rare and may
// allocate; looking at the live ones on every tick is not and does not.
import { GLOBAL, type MetricsSlab } from '../base/metrics-slab.js';
import { EngineSlot } from './engine-slot.js';
import { ROLE_LIVE, type SegmentView } from './segment-view.js';
import { SlotView } from './slot-view.js';

/**
 * How often to look who came. Each slot's state lies in a page of its own, at the same place of the cache as all
 * the others': a look at all of them costs as much as a packet.
 */
const LOOK_US = 10_000;

export class SlotTable {
  /** Live slots, in no order. */
  readonly live: EngineSlot[] = [];
  private readonly known: (EngineSlot | null)[];
  private readonly views: (SlotView | null)[];
  private nextLookUs = 0;

  constructor(
    private readonly segment: SegmentView,
    private readonly metrics: MetricsSlab,
    /** Called before a slot is forgotten or begins anew. */
    private readonly onRestart: (slot: EngineSlot) => void,
  ) {
    this.known = new Array(segment.at.slotCount).fill(null);
    this.views = new Array(segment.at.slotCount).fill(null);
  }

  /** Takes every live slot's news and finds who went; every now and then, who came. [engine-thread] */
  scan(nowUs: number): void {
    for (let i = this.live.length - 1; i >= 0; i--) this.look(this.live[i].view.index);
    if (nowUs >= this.nextLookUs) {
      this.nextLookUs = nowUs + LOOK_US;
      for (let index = 0; index < this.known.length; index++) this.look(index);
    }
    for (const slot of this.live) if (slot.update()) this.onRestart(slot);
  }

  private look(index: number): void {
    const { at, i32 } = this.segment;
    const base = at.slots + index * at.slotBytes;
    const live = Atomics.load(i32, (base + at.slot.state) >> 2) === ROLE_LIVE;
    const slot = this.known[index];
    if (!live && slot === null) return;
    const claim = Atomics.load(i32, (base + at.slot.claimStamp) >> 2) >>> 0;
    if (slot !== null && (!live || slot.claimStamp !== claim)) this.detach(index, slot);
    if (live && this.known[index] === null) this.attach(index, claim);
  }

  private attach(index: number, claimStamp: number): void {
    const view = this.views[index] ?? new SlotView(this.segment, index);
    this.views[index] = view;
    view.forget();
    const slot = new EngineSlot(view, this.metrics);
    slot.claimStamp = claimStamp;
    this.known[index] = slot;
    this.live.push(slot);
    this.metrics.setGlobal(GLOBAL.slotsLive, this.live.length);
  }

  private detach(index: number, slot: EngineSlot): void {
    slot.taps.length = 0;
    slot.view.forget();
    slot.streamStamp = 0;
    this.onRestart(slot);
    this.known[index] = null;
    this.live.splice(this.live.indexOf(slot), 1);
    this.metrics.setGlobal(GLOBAL.slotsLive, this.live.length);
  }
}
