// Concealment by autoregressive models. A gap comes part after part, and what is known of its far side may
// change between two parts; what was played stays, the rest is planned anew from there:
//
//   far side unknown            the near side's model runs on, fading, then silent: fade.ts
//   far side held, close by     a bridge: see pcm-repair.ts
//   far side held, far away     runs on, until the rest is short enough for a bridge
//   no budget, or no context    mirrored and crossfaded (mirror-concealer.ts), counted
//   estimated ahead of time     is there already: see gaps-ahead.ts
import { type JitterBuffer, ORIGIN } from '../path/jitter-buffer.js';
import { ChannelPlan } from './channel-plan.js';
import type { Concealer, Gap } from './concealer.js';
import { fadeTable } from './fade.js';
import { AHEAD, type GapsAhead } from './gaps-ahead.js';
import { MirrorConcealer } from './mirror-concealer.js';
import { ModelSupply, ORDER_MAX } from './model-supply.js';
import { FAR_FRAMES_MAX, PcmRepair } from './pcm-repair.js';
import type { RepairBudget } from './repair-budget.js';

/** Longer gaps are bridged at their end only. */
export const BRIDGE_MS_MAX = 20;
/** So much is planned at once where the far side is unknown. */
const CHUNK_MS = 10;

const MODE = { none: 0, cheap: 1, open: 2, bridge: 3, ready: 4 } as const;
const NOT_PLANNED = -2;

export class ArConcealer implements Concealer {
  /** Frames estimated by a model, and frames that got the cheap concealment instead. */
  repairedFrames = 0;
  cheapFrames = 0;
  /** Where others estimate this stream's gaps ahead of time; null: nobody does. */
  ahead: GapsAhead | null = null;
  private readonly plans: ChannelPlan[] = [];
  private readonly models: ModelSupply;
  private readonly cheap: MirrorConcealer;
  private readonly bridgeMax: number;
  private readonly chunk: number;
  private readonly fade: Float64Array;
  private mode: number = MODE.none;
  private gapStart = -1;
  private next = -1;
  /** The plan: frames [planFrom, planTo), made when the gap's end was known as `plannedEnd`. */
  private planFrom = 0;
  private planTo = 0;
  private plannedEnd = NOT_PLANNED;

  constructor(
    readonly sampleRate: number,
    readonly channels: number,
    budget: RepairBudget,
  ) {
    this.cheap = new MirrorConcealer(sampleRate);
    this.models = new ModelSupply(channels, budget, sampleRate);
    this.bridgeMax = Math.ceil((BRIDGE_MS_MAX * sampleRate) / 1000);
    this.chunk = Math.ceil((CHUNK_MS * sampleRate) / 1000);
    this.fade = fadeTable(sampleRate);
    const kernel = new PcmRepair(ORDER_MAX, this.bridgeMax);
    const drive = new Float64Array(this.bridgeMax);
    for (let c = 0; c < channels; c++) this.plans.push(new ChannelPlan(kernel, drive, c));
  }

  /** As new: what it knew was of another stream, or of another place in it. [engine-thread] */
  forget(): void {
    this.mode = MODE.none;
    this.gapStart = -1;
    this.next = -1;
    this.plannedEnd = NOT_PLANNED;
    this.models.forget();
    this.ahead?.clear();
  }

  conceal(buffer: JitterBuffer, gap: Gap, from: number, to: number): void {
    if (gap.start !== this.gapStart || from !== this.next) {
      this.gapStart = gap.start;
      this.mode = MODE.none;
      this.plannedEnd = NOT_PLANNED;
    }
    this.models.allowance.earn(from);
    let at = from;
    while (at < to) {
      const until = this.ensurePlan(buffer, gap, at, to);
      if (this.mode === MODE.cheap) {
        this.cheap.fill(buffer, gap, this.planFrom, at, until);
        this.cheapFrames += until - at;
      } else if (this.mode === MODE.ready) this.repairedFrames += until - at;
      else this.emit(buffer, at, until);
      at = until;
    }
    this.next = to;
  }

  /** Plans frames from `at` on where there is no plan yet; returns how far it goes, at most `to`. */
  private ensurePlan(buffer: JitterBuffer, gap: Gap, at: number, to: number): number {
    const known = gap.end >= 0 && gap.futureFrames > 0;
    const news = gap.end !== this.plannedEnd;
    this.plannedEnd = gap.end;
    if (known && gap.end - at <= this.bridgeMax) {
      if (news || this.mode === MODE.open) {
        if (this.takeAhead(buffer, gap, at)) this.mode = MODE.ready;
        else this.plan(buffer, gap, at, gap.end - at, Math.min(gap.futureFrames, FAR_FRAMES_MAX));
      }
      return to;
    }
    if (news && this.mode !== MODE.open) this.plan(buffer, gap, at, this.chunk, 0);
    if (this.mode === MODE.cheap) return to;
    const limit = known ? Math.min(to, gap.end - this.bridgeMax) : to;
    if (at >= gap.start + this.fade.length) return limit;
    if (at >= this.planTo) this.extend(buffer, gap);
    return Math.min(limit, this.planTo);
  }

  /** Do the gap's frames lie in the ring, at their place? */
  private takeAhead(buffer: JitterBuffer, gap: Gap, at: number): boolean {
    const { ahead } = this;
    const found = at === gap.start && ahead !== null ? ahead.find(gap.start, gap.end) : null;
    if (found === null || ahead === null) return false;
    const { state, leansOn } = found;
    const stands = leansOn < 0 || buffer.origin[leansOn & buffer.mask] === ORIGIN.concealed;
    found.release();
    if (state === AHEAD.waiting) ahead.counts.late++;
    else if (!stands) ahead.counts.needless++;
    else ahead.counts.used++;
    return state === AHEAD.filled && stands;
  }

  /** Plans [at, at + length) anew, as models or cheaply. */
  private plan(buffer: JitterBuffer, gap: Gap, at: number, length: number, far: number): void {
    const age = at - gap.start;
    const gapFrames = far > 0 ? age + length : Number.POSITIVE_INFINITY;
    this.planFrom = at;
    this.planTo = at + length;
    const order = this.models.afford(buffer, gap, at, length, far, gapFrames);
    this.mode = order === 0 ? MODE.cheap : far > 0 ? MODE.bridge : MODE.open;
    if (order === 0) return;
    for (let c = 0; c < this.plans.length; c++) {
      const model = this.models.prepare(buffer, gap, c, order, gapFrames);
      this.plans[c].begin(buffer, at, gap.historyFrames + age, this.models.peak);
      this.plans[c].run(buffer, model, at, age, length, far);
    }
  }

  private extend(buffer: JitterBuffer, gap: Gap): void {
    for (let c = 0; c < this.plans.length; c++) {
      this.plans[c].advance(this.planTo - this.planFrom);
      this.plans[c].run(buffer, this.models.channels[c], this.planTo, this.planTo - gap.start, this.chunk, 0);
    }
    this.planFrom = this.planTo;
    this.planTo += this.chunk;
  }

  private emit(buffer: JitterBuffer, from: number, to: number): void {
    const fade = this.mode === MODE.open ? this.fade : null;
    for (const plan of this.plans) {
      plan.emit(buffer, from - this.planFrom, from, to, fade, from - this.gapStart);
    }
    this.repairedFrames += to - from;
  }
}
