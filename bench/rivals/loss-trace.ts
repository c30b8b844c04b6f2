// Which packets a line loses: a seeded trace, the same one for every system, replayed by the kernel's packet
// filter in front of the receiver. Packet number n of a system, counted from the first frame played, meets entry n.
import { chanceOf } from '../../engine/demo/chance.js';

export interface LossCase {
  readonly lossPercent: number;
  /** Mean length of the line's outages; 0: each packet for itself. */
  readonly burstMs: number;
}

/** After so many packets the trace begins again. */
export const TRACE_PACKETS = 32_768;
/** Outages are drawn in time, in steps of this: systems that send more packets lose more of them in each. */
const SLOT_MS = 0.5;

/** True: lost. `packetsPerSecond` places the packets of a system in time; it matters for outages only. */
export function makeTrace(
  { lossPercent, burstMs }: LossCase,
  packetsPerSecond: number,
  seed: number,
): boolean[] {
  const chance = chanceOf(seed);
  const loss = lossPercent / 100;
  if (burstMs === 0) return Array.from({ length: TRACE_PACKETS }, () => chance() < loss);
  // Gilbert's two states: out of order for burstMs on average, in order for as long as the loss asks for.
  const leaveBad = Math.min(1, SLOT_MS / burstMs);
  const leaveGood = (leaveBad * loss) / (1 - loss);
  const trace: boolean[] = [];
  let bad = false;
  for (let slot = 0; trace.length < TRACE_PACKETS; slot++) {
    if (chance() < (bad ? leaveBad : leaveGood)) bad = !bad;
    const packets = Math.ceil(((slot + 1) * SLOT_MS * packetsPerSecond) / 1000);
    while (trace.length < Math.min(packets, TRACE_PACKETS)) trace.push(bad);
  }
  return trace;
}

export const TABLE = 'rivals';

/** A table for nft that counts the UDP packets to `ports` and drops those that the trace names. */
export function lossTable(ports: readonly number[], trace: readonly boolean[]): string {
  const runs = lostRuns(trace).map(([from, to]) => `${from === to ? from : `${from}-${to}`} : drop`);
  const match = `udp dport { ${ports.join(', ')} }`;
  const fate = runs.length === 0 ? '' : ` numgen inc mod ${trace.length} vmap { ${runs.join(', ')} }`;
  return [
    `table inet ${TABLE} {`,
    'chain line {',
    'type filter hook input priority 0; policy accept;',
    `${match} counter${fate}`,
    ...(fate === '' ? [] : [`${match} counter`]),
    '}',
    '}',
    '',
  ].join('\n');
}

function lostRuns(trace: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (let n = 0; n < trace.length; n++) {
    if (!trace[n]) continue;
    if (n > 0 && trace[n - 1]) runs[runs.length - 1][1] = n;
    else runs.push([n, n]);
  }
  return runs;
}

export interface LineCounts {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
}

/** From what `nft list table` prints: the first counter saw everything, the second what was left. */
export function readCounts(listing: string): LineCounts {
  const found = [...listing.matchAll(/counter packets (\d+) bytes (\d+)/g)];
  if (found.length === 0) throw new Error(`nft lists no counter: ${listing.slice(0, 200)}`);
  const [seen, left] = [found[0], found.at(1) ?? found[0]];
  const packets = Number(seen[1]);
  return { packets, bytes: Number(seen[2]), lost: packets - Number(left[1]) };
}
