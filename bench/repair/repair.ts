// npm run bench -- repair: how good the concealment of lost frames is, and what it costs.
import type { Bench, Row } from '../bench.js';
import { GAPS } from './gaps.js';
import { MATERIALS } from './material.js';
import { measureCost } from './repair-cost.js';
import { METHODS, measureQuality } from './repair-table.js';

const SEED = 11;
const PIECES = 4;
const COST_SECONDS = 20;
const COST_LOSS = 0.1;

export const repair: Bench = {
  name: 'repair',
  summary: 'concealment: SNR and spectral distance by material and gap, against other methods; its cost',
  async run({ quick, say }) {
    const gaps = quick ? GAPS.slice(2, 3) : GAPS;
    const rows: Row[] = [];
    for (const material of MATERIALS) {
      say(`repair: ${material}, seed ${SEED}`);
      for (const gap of gaps) {
        const quality = measureQuality(material, gap, METHODS, SEED, quick ? 1 : PIECES);
        for (const measure of ['segSnrDb', 'lsdDb'] as const) {
          const figures = METHODS.map((method) => [method, Number(quality[method][measure].toFixed(1))]);
          rows.push({ material, gap: gap.name, measure, ...Object.fromEntries(figures) });
        }
      }
    }
    for (const material of MATERIALS) {
      const cost = measureCost(material, quick ? 2 : COST_SECONDS, COST_LOSS, SEED);
      rows.push({
        material,
        gap: '10 % of packets',
        measure: 'corePercent',
        repair: Number(cost.corePercent.toFixed(2)),
        megaOperationsPerSecond: Number(cost.megaOperations.toFixed(1)),
        cheapShare: Number((cost.cheapFrames / (cost.cheapFrames + cost.repairedFrames)).toFixed(4)),
      });
    }
    return rows;
  },
};
