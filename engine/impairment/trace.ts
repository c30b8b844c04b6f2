// What became of each packet of a run, as a text that can be read, cut, plotted and played again:
//
//     jambridge-trace 1
//     1042 0 audio 310        at 1042 us, direction 0 (relay: forth, 1 back), arrived 310 us later
//     2375 0 audio lost       lost
//     3709 0 midi 310,2100~2  doubled, and two bits of the first copy inverted
//     9000 1 other cut        lost because nothing passed
import type { Problem } from '../control/configuration-problem.js';
import { type Fate, type FateSource, LOSS_CLASSES, lossClassOf, type PacketIdentity } from './fate.js';
import { finishHash } from './hash.js';

export const TRACE_HEADER = 'jambridge-trace 1';
/** Of one packet: delay of the first copy (or LOST, CUT), of the second (or LOST), inverted bits. */
const FIELDS = 3;
const LOST = -1;
const CUT = -2;
const LINE = /^(\d{1,15}) (\d{1,4}) (audio|midi|other) (?:(lost|cut)|(\d{1,9})(?:,(\d{1,9}))?(?:~([1-8]))?)$/;
const SHOWN_CHARACTERS_MAX = 40;

/** The fates of the packets of one direction and class, in their order. */
class FateList {
  readonly fields: number[] = [];
  /** Of the next packet that is given one. */
  position = 0;
}

const keyOf = (direction: number, lossClass: number) => direction * LOSS_CLASSES.length + lossClass;

export class Trace {
  private readonly lists = new Map<number, FateList>();
  packets = 0;

  add(direction: number, lossClass: number, first: number, second: number, flippedBits: number): void {
    const key = keyOf(direction, lossClass);
    const list = this.lists.get(key) ?? new FateList();
    this.lists.set(key, list);
    list.fields.push(first, second, flippedBits);
    this.packets++;
  }

  fatesOf(direction: number, lossClass: number): FateList | undefined {
    return this.lists.get(keyOf(direction, lossClass));
  }
}

/** Never throws; the first line that is wrong is the problem. [control-thread] */
export function parseTrace(text: string, source: string): Trace | Problem {
  const trace = new Trace();
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const content = text.slice(start, end).trimEnd();
    start = end + 1;
    line++;
    const wrong = line === 1 ? headerProblem(content) : readLine(content, trace);
    if (wrong !== '') return { source, line, column: 1, message: wrong };
  }
  if (trace.packets === 0) return { source, line: 0, column: 0, message: 'no packet is in it' };
  return trace;
}

function headerProblem(content: string): string {
  return content === TRACE_HEADER ? '' : `a trace begins with a line "${TRACE_HEADER}"`;
}

function readLine(content: string, trace: Trace): string {
  if (content === '' || content.startsWith('#')) return '';
  const match = LINE.exec(content);
  if (match === null) {
    const shown = JSON.stringify(content.slice(0, SHOWN_CHARACTERS_MAX));
    return `${shown} is not "MICROSECONDS DIRECTION audio|midi|other lost|cut|DELAY[,DELAY][~BITS]"`;
  }
  const [, , direction, className, gone, first, second, bits] = match;
  const lossClass = (LOSS_CLASSES as readonly string[]).indexOf(className);
  if (gone !== undefined) trace.add(Number(direction), lossClass, gone === 'cut' ? CUT : LOST, LOST, 0);
  else trace.add(Number(direction), lossClass, Number(first), Number(second ?? LOST), Number(bits ?? 0));
  return '';
}

/**
 * Gives the packets of each direction and class the fates of the trace, in order; after the last comes the first
 * again. A class or direction of which the trace says nothing loses nothing.
 */
export class TraceReplay implements FateSource {
  constructor(private readonly trace: Trace) {}

  /** No allocation. [any-thread] */
  decide(direction: number, packet: PacketIdentity, fate: Fate): void {
    const lossClass = lossClassOf(packet.type);
    const list = this.trace.fatesOf(direction, lossClass);
    fate.clear();
    fate.copies = 1;
    if (list === undefined) return;
    const { fields, position: at } = list;
    list.position = (at + FIELDS) % fields.length;
    const first = fields[at];
    fate.cut = first === CUT;
    fate.lost = first < 0;
    fate.copies = first < 0 ? 0 : fields[at + 1] < 0 ? 1 : 2;
    fate.delayUs = Math.max(0, first);
    fate.secondDelayUs = Math.max(0, fields[at + 1]);
    fate.flippedBits = fields[at + 2];
    fate.flipSeed = finishHash(at ^ keyOf(direction, lossClass));
  }
}

/** Notes what another source decides; take() hands over what was noted since. */
export class TraceRecorder implements FateSource {
  packets = 0;
  private lines: string[] = [TRACE_HEADER];

  constructor(private readonly source: FateSource) {}

  /** Allocates a line of text. [any-thread] */
  decide(direction: number, packet: PacketIdentity, fate: Fate, atUs = 0): void {
    this.source.decide(direction, packet, fate, atUs);
    const className = LOSS_CLASSES[lossClassOf(packet.type)];
    this.lines.push(`${Math.max(0, Math.round(atUs))} ${direction} ${className} ${fateText(fate)}`);
    this.packets++;
  }

  take(): string {
    if (this.lines.length === 0) return '';
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    return text;
  }
}

function fateText(fate: Fate): string {
  if (fate.lost) return fate.cut ? 'cut' : 'lost';
  const second = fate.copies > 1 ? `,${Math.round(fate.secondDelayUs)}` : '';
  const bits = fate.flippedBits > 0 ? `~${fate.flippedBits}` : '';
  return `${Math.round(fate.delayUs)}${second}${bits}`;
}
