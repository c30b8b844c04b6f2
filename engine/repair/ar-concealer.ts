// Concealment by autoregressive models. A gap comes part after part, and what is known of its far side may
// change between two parts; what was played stays, the rest is planned anew from there:
//
//   far side unknown            the near side's model runs on, fading, silent after FADE_TO_MS
//   far side held, close by     a bridge: see pcm-repair.ts
//   far side held, far away     runs on, until the rest is short enough for a bridge
//   no budget, or no context    mirrored and crossfaded (mirror-concealer.ts), counted
import type { JitterBuffer } from '../path/jitter-buffer.js';
import { BurgFit } from './burg-fit.js';
import { ChannelRepair } from './channel-repair.js';
import type { Concealer, Gap } from './concealer.js';
import { fillExcitation } from './excitation.js';
import { FADE_TO_MS, fadeGain } from './fade.js';
import { MirrorConcealer } from './mirror-concealer.js';
import { FAR_FRAMES_MAX, PcmRepair } from './pcm-repair.js';
import type { RepairBudget } from './repair-budget.js';

export const BRIDGE_MS_MAX = 20;
const CHUNK_MS = 10;
const ORDER_MAX = 128;
const ORDER_MIN = 8;
const NEAR_FRAMES_PER_ORDER = 12;
const FAR_FIT_FRAMES_PER_ORDER = 8;

const MODE = { none: 0, cheap: 1, open: 2, bridge: 3 } as const;

export class ArConcealer implements Concealer {
  /** Frames estimated by a model, and frames that got the cheap concealment instead. */
  repairedFrames = 0;
  cheapFrames = 0;
  private readonly channels: ChannelRepair[] = [];
  private readonly cheap: MirrorConcealer;
  private readonly bridgeMax: number;
  private readonly chunk: number;
  private readonly silentFrom: number;
  private readonly order: number;
  private readonly context: Float64Array;
  private readonly excitation: Float64Array;
  private mode: number = MODE.none;
  private gapStart = -1;
  private next = -1;
  /** The plan: frames [planFrom, planTo), made when the gap's end was known as `plannedEnd`. */
  private planFrom = 0;
  private planTo = 0;
  private plannedEnd = -1;

  constructor(
    private readonly sampleRate: number,
    channels: number,
    private readonly budget: RepairBudget,
  ) {
    this.cheap = new MirrorConcealer(sampleRate);
    this.bridgeMax = Math.ceil((BRIDGE_MS_MAX * sampleRate) / 1000);
    this.chunk = Math.ceil((CHUNK_MS * sampleRate) / 1000);
    this.silentFrom = Math.ceil((FADE_TO_MS * sampleRate) / 1000);
    this.order = Math.min(ORDER_MAX, Math.max(32, 8 * Math.round((64 * Math.sqrt(sampleRate / 48000)) / 8)));
    const kernel = new PcmRepair(this.order, this.bridgeMax);
    for (let c = 0; c < channels; c++) this.channels.push(new ChannelRepair(kernel, c));
    this.context = new Float64Array((NEAR_FRAMES_PER_ORDER + FAR_FIT_FRAMES_PER_ORDER) * this.order);
    this.excitation = new Float64Array(this.bridgeMax);
  }

  conceal(buffer: JitterBuffer, gap: Gap, from: number, to: number): void {
    if (gap.start !== this.gapStart || from !== this.next) {
      this.gapStart = gap.start;
      this.mode = MODE.none;
    }
    let at = from;
    while (at < to) {
      const until = this.prepare(buffer, gap, at, to);
      if (this.mode === MODE.cheap) this.cheapFill(buffer, gap, at, until);
      else this.emit(buffer, at, until);
      at = until;
    }
    this.next = to;
  }

  /** Makes a plan for frames from `at` on where there is none; returns how far it goes, at most `to`. */
  private prepare(buffer: JitterBuffer, gap: Gap, at: number, to: number): number {
    if (this.mode === MODE.none) this.plannedEnd = -2;
    const known = gap.end >= 0 && gap.futureFrames > 0;
    const rest = known ? gap.end - at : -1;
    const news = gap.end !== this.plannedEnd;
    if (known && rest <= this.bridgeMax) {
      if (news || this.mode === MODE.open) this.planBridge(buffer, gap, at, rest);
      return Math.min(to, gap.end);
    }
    if (this.mode === MODE.none || (news && this.mode !== MODE.open)) this.planOpen(buffer, gap, at);
    this.plannedEnd = gap.end;
    const limit = known ? Math.min(to, gap.end - this.bridgeMax) : to;
    if (this.mode === MODE.cheap) return to;
    if (at >= gap.start + this.silentFrom) return limit;
    if (at >= this.planTo) this.extend();
    return Math.min(limit, this.planTo);
  }

  private planBridge(buffer: JitterBuffer, gap: Gap, at: number, length: number): void {
    const far = Math.min(gap.futureFrames, FAR_FRAMES_MAX);
    const held = gap.historyFrames + at - gap.start;
    this.plannedEnd = gap.end;
    this.planFrom = at;
    this.planTo = gap.end;
    if (!this.fit(buffer, gap, at, length, far)) return;
    this.mode = MODE.bridge;
    for (let c = 0; c < this.channels.length; c++) {
      fillExcitation(this.excitation, length, at, c, this.channels[c].errorAmplitude, this.sampleRate);
      this.channels[c].bridge(buffer, at, held, length, far, this.excitation);
    }
  }

  private planOpen(buffer: JitterBuffer, gap: Gap, at: number): void {
    this.planFrom = at;
    this.planTo = at + this.chunk;
    if (!this.fit(buffer, gap, at, this.chunk, 0)) return;
    this.mode = MODE.open;
    const held = gap.historyFrames + at - gap.start;
    this.excitation.fill(0);
    for (const channel of this.channels) channel.begin(buffer, at, held, this.chunk, this.excitation);
  }

  private extend(): void {
    this.excitation.fill(0);
    for (const channel of this.channels)
      channel.extend(this.planTo - this.planFrom, this.chunk, this.excitation);
    this.planFrom = this.planTo;
    this.planTo += this.chunk;
  }

  /** Models for all channels, as good as context and budget allow. False: cheap mode from `at` on. */
  private fit(buffer: JitterBuffer, gap: Gap, at: number, length: number, far: number): boolean {
    // Long ago it may have been overwritten.
    const old = at - gap.start + this.context.length > buffer.ringFrames / 2;
    const nearHeld = old ? 0 : gap.historyFrames;
    const farHeld = gap.end < 0 ? 0 : gap.futureFrames;
    for (let order = this.order; order >= ORDER_MIN; order >>= 1) {
      const near = Math.min(nearHeld, NEAR_FRAMES_PER_ORDER * order);
      const farFit = Math.min(farHeld, FAR_FIT_FRAMES_PER_ORDER * order);
      if (Math.max(near, farFit) <= 2 * order) continue;
      const one = BurgFit.operations(order, near + farFit) + PcmRepair.operations(order, length, far);
      if (!this.budget.take(one * this.channels.length)) continue;
      for (const channel of this.channels) {
        channel.fit(buffer, gap.start, near, gap.end, farFit, order, this.context);
      }
      return true;
    }
    this.mode = MODE.cheap;
    this.planFrom = at;
    return false;
  }

  private emit(buffer: JitterBuffer, from: number, to: number): void {
    for (const channel of this.channels) {
      for (let f = from; f < to; f++) {
        const gain = this.mode === MODE.open ? fadeGain(f - this.gapStart, this.sampleRate) : 1;
        channel.emit(buffer, gain > 0 ? f - this.planFrom : 0, f, gain);
      }
    }
    this.repairedFrames += to - from;
  }

  private cheapFill(buffer: JitterBuffer, gap: Gap, from: number, to: number): void {
    this.cheap.fill(buffer, gap, this.planFrom, from, to);
    this.cheapFrames += to - from;
  }
}
