// What concealment costs while it is needed all the time: a stereo stream that loses packets for good, heard
// through the jitter buffer with the default budget.
import { chanceOf } from '../../engine/demo/chance.js';
import { JitterBuffer, ORIGIN } from '../../engine/path/jitter-buffer.js';
import { ArConcealer } from '../../engine/repair/ar-concealer.js';
import type { Gap } from '../../engine/repair/concealer.js';
import { RepairBudget } from '../../engine/repair/repair-budget.js';

const RATE = 48000;
const PACKET_FRAMES = 64;
const LATENCY_FRAMES = 576;
const FUTURE_FRAMES_MAX = 512;
const CHANNELS = 2;

export interface RepairCost {
  /** Processor time of conceal() alone, against the time that the sound lasts. */
  readonly corePercent: number;
  readonly repairedFrames: number;
  readonly cheapFrames: number;
  /** Of all work that was paid for, a second of sound. */
  readonly megaOperations: number;
}

/** Of two channels, which share the packets that are lost. */
export function measureCost(planes: readonly Float32Array[], loss: number, seed: number): RepairCost {
  const seconds = planes[0].length / RATE;
  const buffer = new JitterBuffer(1 << 16, CHANNELS);
  const budget = new RepairBudget();
  const concealer = new ArConcealer(RATE, CHANNELS, budget);
  const gap: Gap = { start: 0, end: -1, historyFrames: 0, futureFrames: 0 };
  const chance = chanceOf(seed);
  let spentUs = 0;
  for (let frame = 0; frame + PACKET_FRAMES <= planes[0].length; frame += PACKET_FRAMES) {
    if (frame < 4 * LATENCY_FRAMES || chance() >= loss) receive(buffer, planes, frame);
    const due = frame - LATENCY_FRAMES;
    if (due < 0) continue;
    budget.beginTick();
    for (let at = due; at < due + PACKET_FRAMES; ) {
      at = buffer.nextMissing(at, due + PACKET_FRAMES);
      const to = buffer.nextHeld(at, due + PACKET_FRAMES);
      if (to === at) break;
      look(buffer, gap, at, to);
      const before = process.cpuUsage();
      concealer.conceal(buffer, gap, at, to);
      const used = process.cpuUsage(before);
      spentUs += used.user + used.system;
      buffer.place(at, to - at);
      buffer.mark(at, to - at, ORIGIN.concealed);
      at = to;
    }
    buffer.finalize(due + PACKET_FRAMES);
  }
  return {
    corePercent: spentUs / seconds / 1e4,
    repairedFrames: concealer.repairedFrames,
    cheapFrames: concealer.cheapFrames,
    megaOperations: budget.operationsSpent / seconds / 1e6,
  };
}

function receive(buffer: JitterBuffer, planes: readonly Float32Array[], frame: number): void {
  buffer.place(frame, PACKET_FRAMES);
  for (let c = 0; c < CHANNELS; c++) {
    for (let n = frame; n < frame + PACKET_FRAMES; n++) {
      buffer.frames[c * buffer.ringFrames + (n & buffer.mask)] = planes[c][n];
    }
  }
  buffer.mark(frame, PACKET_FRAMES, ORIGIN.received);
}

/** What is known of the gap that [at, to) is a part of. */
function look(buffer: JitterBuffer, gap: Gap, at: number, to: number): void {
  const goesOn = gap.start < at && buffer.origin[(at - 1) & buffer.mask] === ORIGIN.concealed;
  if (!goesOn) {
    gap.start = at;
    gap.historyFrames = at;
  }
  const next = buffer.nextHeld(to, buffer.end);
  const followed = next < buffer.end;
  gap.end = followed ? next : -1;
  gap.futureFrames = followed
    ? buffer.nextMissing(next, Math.min(buffer.end, next + FUTURE_FRAMES_MAX)) - next
    : 0;
}
