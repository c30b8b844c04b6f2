// Audio and MIDI sent in one form or another over a line that loses, copies, swaps and damages packets; read by a GPU
// or by the processor.
import { REJECT_REASONS } from '../../../engine/base/metrics-slab.js';
import type { PipelineMemory } from '../../../engine/gpu/pipeline/mailbox.js';
import type { ParseCounts } from '../../../engine/gpu/pipeline/parsed-packets.js';
import { PAYLOAD_FORMAT, type PayloadFormatName } from '../../../engine/toast/types.js';
import { Simulation } from '../../simulation/support/simulation.js';
import type { VirtualEngine } from '../../simulation/support/virtual-engine.js';
import type { VirtualBatchClock } from './gpu-worker.js';

const START_US = 100_000;
const SETTLE_US = 100_000;
const RATE = 48000;

export interface ParseWorld {
  readonly format: PayloadFormatName;
  readonly seconds?: number;
  readonly latencyMs?: number;
  readonly redundancy?: number;
  readonly bad?: boolean;
  readonly gpu?: { readonly memory: PipelineMemory; readonly clock: VirtualBatchClock };
}

export interface Received {
  readonly heard: readonly Float32Array[];
  readonly events: readonly string[];
  readonly counted: readonly (readonly [string, number])[];
  readonly counts: Partial<ParseCounts>;
  readonly engine: VirtualEngine;
  readonly simulation: Simulation;
  readonly sent: number;
}

/** Exact in 24 bits, and nowhere the same within a second. */
export const signal = (channel: number, frame: number): number =>
  (((frame * 7919 + channel * 104729) % 16777216) - 8388608) / 8388608;

const MESSAGES = [
  [0x90, 60, 100],
  [0x80, 60, 0],
  [0xb3, 7, 127],
  [0xc4, 5],
  [0xe6, 0x12, 0x45],
  [0xf2, 0x10, 0x20],
  [0xf0, 0x7d, 1, 2, 3, 4, 5, 6, 7, 8, 0xf7],
];

function events(seconds: number): { frame: number; bytes: number[] }[] {
  return Array.from({ length: seconds * 400 }, (_, i) => {
    const bytes = [...MESSAGES[i % MESSAGES.length]];
    if (bytes[0] < 0xc0) bytes[1] = (i >> 1) % 128;
    return { frame: 500 + i * 111, bytes };
  });
}

const BAD = { duplicate: 0.2, reorder: 0.2, reorderHoldMs: 3, jitterMs: 1, corrupt: 0.03 };
const COLUMNS = [
  'received',
  'rejected',
  'duplicates',
  'late',
  'accepted',
  'lost',
  'framesReceived',
  'framesRecovered',
  'framesConcealed',
  'framesPlayed',
  'eventsPlayed',
  'eventsLate',
  'eventsDuplicate',
] as const;

export function receive(
  { format, seconds = 0.6, latencyMs = 20, redundancy = 1, bad = true, gpu }: ParseWorld,
  meanwhile: (simulation: Simulation, engine: VirtualEngine) => void = () => {},
): Received {
  const simulation = new Simulation({ seed: 21, ...(bad ? BAD : {}) });
  const form = { format: PAYLOAD_FORMAT[format], midiFormat: PAYLOAD_FORMAT[format], sampleFormat: 1 };
  const a = simulation.addEngine({ settings: { ...form, copies: 2, packetFrames: 32 } });
  const engine = simulation.addEngine(gpu ? { gpu } : {});
  const receiver = simulation.addHost(engine, 0, {
    plugin: { mode: 'receive', latencyMs },
    block: () => 64,
  });
  simulation.run(START_US);
  const sent = events(seconds - 0.1);
  const sender = simulation.addHost(a, 0, {
    ...{ plugin: { redundancy }, block: () => 64, signal, events: sent, startUs: START_US },
  });
  meanwhile(simulation, engine);
  simulation.run(START_US + seconds * 1e6);
  sender.stopped = true;
  simulation.run(START_US + seconds * 1e6 + SETTLE_US); // nothing is under way
  return {
    heard: [receiver.heard(0), receiver.heard(1)],
    events: receiver.plugin.events.map(({ frame, bytes }) => `${frame}: ${bytes.join()}`),
    counted: [
      ...COLUMNS.flatMap((column) => [
        [`audio ${column}`, engine.total(column, 2, 0)] as const,
        [`MIDI ${column}`, engine.total(column, 1, 0)] as const,
      ]),
      ...REJECT_REASONS.map((reason, index) => [reason, engine.metrics.rejects(index)] as const),
    ],
    counts: engine.receive.pipeline?.parse.counts ?? {},
    ...{ engine, simulation, sent: sent.length },
  };
}

/** The first frame that was heard, and the first that was not as it was sent from there on; -1: none. */
export function firstWrong({ heard }: Received, frames = 0.4 * RATE): { from: number; wrong: number } {
  const from = heard[0].findIndex((sample) => sample !== 0);
  const wrong = heard[0].subarray(from, from + frames).findIndex((sample, i) => sample !== signal(0, i));
  return { from, wrong };
}
