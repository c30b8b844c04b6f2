// What receivers say of what they hear, and what senders make of it. Part of the announcements: periodic status,
// never an acknowledgement. A sender keeps nothing of it but the worst loss and the smallest latency a channel.
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import type { HeardStream } from '../toast/discovery-heard.js';
import { PACKET_TYPE } from '../toast/types.js';
import type { Reception } from '../worker/messages.js';
import { senderText } from './peer-directory.js';

/** Steps in which loss is told: finer ones would only make the announcement change every time. */
const LOSS_STEPS = [0, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.27, 0.33, 0.4, 0.5, 0.66, 0.8, 1];
const SMOOTHING = 0.3;
const PACKETS_MIN = 50;

interface Measured {
  epoch: number;
  span: number;
  came: number;
  loss: number;
}

/** The loss of every received audio stream, before any recovery, smoothed over some seconds. */
export class LossMeter {
  private readonly rows = new Map<number, Measured>();

  constructor(private readonly metrics: MetricsSlab) {}

  /** Looks at the counters, as often as it is called. [control-thread] */
  measure(): HeardStream[] {
    const { cells } = this.metrics;
    const heard: HeardStream[] = [];
    const seen = new Set<number>();
    for (const row of this.metrics.streamRows()) {
      const cell = (column: number) => cells[row + column];
      if (cell(STREAM.kind) !== PACKET_TYPE.audio || cell(STREAM.direction) === 1) continue;
      if (cell(STREAM.slot) >= 0 || cell(STREAM.receiveLatencyMs) === 0) continue;
      seen.add(row);
      const loss = this.lossOf(
        row,
        cell(STREAM.epoch),
        cell(STREAM.sequenceSpan),
        cell(STREAM.packetsThemselves),
      );
      const sender = senderText(cell(STREAM.senderIdLow), cell(STREAM.senderIdHigh));
      const latencyMs = cell(STREAM.receiveLatencyMs);
      heard.push({ sender, channel: cell(STREAM.channel), loss: stepOf(loss), latencyMs });
    }
    for (const row of this.rows.keys()) if (!seen.has(row)) this.rows.delete(row);
    return heard;
  }

  private lossOf(row: number, epoch: number, span: number, came: number): number {
    const known = this.rows.get(row);
    if (known === undefined || known.epoch !== epoch || span < known.span) {
      this.rows.set(row, { epoch, span, came, loss: span >= PACKETS_MIN ? shareLost(span, came) : 0 });
      return this.rows.get(row)?.loss ?? 0;
    }
    const packets = span - known.span;
    if (packets >= PACKETS_MIN) {
      known.loss += SMOOTHING * (shareLost(packets, came - known.came) - known.loss);
      known.span = span;
      known.came = came;
    }
    return known.loss;
  }
}

function shareLost(span: number, came: number): number {
  return Math.min(1, Math.max(0, 1 - came / span));
}

/** The nearest step at or above it. */
function stepOf(loss: number): number {
  return LOSS_STEPS.find((step) => loss <= step) ?? 1;
}

/** What all peers together say of our channels, ascending. [control-thread] */
export function receptionOf(ownSender: string, peers: Iterable<readonly HeardStream[]>): Reception[] {
  const channels = new Map<number, Reception>();
  for (const heard of peers) {
    for (const { sender, channel, loss, latencyMs } of heard) {
      if (sender !== ownSender) continue;
      const known = channels.get(channel);
      channels.set(channel, {
        channel,
        worstLoss: Math.max(loss, known?.worstLoss ?? 0),
        latencyMsMin: Math.min(latencyMs, known?.latencyMsMin ?? Number.POSITIVE_INFINITY),
      });
    }
  }
  return [...channels.values()].sort((a, b) => a.channel - b.channel);
}
