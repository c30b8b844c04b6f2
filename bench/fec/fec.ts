// The sliding-window code by itself: what it restores in time by loss, rate and window, and what it costs.
import type { Bench, BenchOptions, Row } from '../bench.js';
import { rounded } from '../support/statistics.js';
import { codeCost } from './code-cost.js';
import type { LossModel } from './loss-model.js';
import { delaysOf, shareWithin } from './shares-in-time.js';

const WITHIN = [5, 7, 9, 12, 15];
const RATIOS = [2, 3];
const WINDOWS = [4, 5, 7, 9, 12, 16, 24];
const MODELS: readonly LossModel[] = [
  ...[0.1, 0.2, 0.33, 0.5].map((loss) => ({ loss, burstPackets: 0 })),
  ...[0.1, 0.33].flatMap((loss) => [2, 6, 16].map((burstPackets) => ({ loss, burstPackets }))),
];
const QUICK = { models: [{ loss: 0.33, burstPackets: 0 }], ratios: [3], windows: [7], packets: 5_000 };
const FULL = { models: MODELS, ratios: RATIOS, windows: WINDOWS, packets: 50_000 };

export const fec: Bench = {
  name: 'fec',
  summary: 'the sliding-window code alone: packets restored within a time by loss, rate and window; its cost',
  async run({ quick, say }: BenchOptions): Promise<Row[]> {
    const plan = quick ? QUICK : FULL;
    const rows: Row[] = [];
    for (const bytesRatio of plan.ratios) {
      for (const model of plan.models) {
        say(`fec: ${bytesRatio}x bytes, ${model.loss * 100} % loss, bursts of ${model.burstPackets}`);
        for (const windowPackets of plan.windows) {
          rows.push(shareRow(model, bytesRatio, windowPackets, plan.packets));
        }
      }
    }
    for (const bytesRatio of plan.ratios) {
      for (const windowPackets of quick ? [7] : [7, 12]) rows.push(costRow(bytesRatio, windowPackets));
    }
    return rows;
  },
};

function shareRow(model: LossModel, bytesRatio: number, windowPackets: number, packets: number): Row {
  const delays = delaysOf(model, { bytesRatio, windowPackets, packets, seed: 1 });
  return {
    bytesRatio,
    model: model.burstPackets === 0 ? 'independent' : 'gilbert-elliott',
    lossPercent: rounded(model.loss * 100, 1),
    burstPackets: model.burstPackets || null,
    windowPackets,
    ...Object.fromEntries(WITHIN.map((within) => [`within${within}Percent`, shareWithin(delays, within)])),
  };
}

/** Full-size packets at 33 % loss. */
function costRow(bytesRatio: number, windowPackets: number): Row {
  const cost = codeCost(0.33, bytesRatio, windowPackets, 2000);
  return {
    ...{ bytesRatio, model: 'cost', lossPercent: 33, burstPackets: null, windowPackets },
    encodeUsPerRepair: rounded(cost.encodeUsPerRepair, 2),
    decodeUsPerPacket: rounded(cost.decodeUsPerPacket, 2),
    encodeCorePercent: rounded(cost.encodeCorePercent, 2),
    decodeCorePercent: rounded(cost.decodeCorePercent, 2),
  };
}
