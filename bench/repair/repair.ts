// npm run bench -- repair: how good the concealment of lost frames is, and what it costs.
import type { Bench, Row } from '../bench.js';
import { GAPS, type GapClass } from './gaps.js';
import { liveCostRow } from './live-cost.js';
import { MATERIALS, type Material, makeMaterial } from './material.js';
import { type Recording, recordingOf } from './recordings.js';
import { measureCost } from './repair-cost.js';
import { METHODS, measureQuality, PIECE_FRAMES, RATE } from './repair-table.js';

const SEED = 11;
const PIECES = 8;
const COST_SECONDS = 20;
const COST_LOSS = 0.1;
/** What is promised for one stereo stream. */
const CORE_PERCENT_MAX = 5;

const MEASURES = { segSnrDb: 1, lsdDb: 1, joinTimes: 2 } as const;

export const repair: Bench = {
  name: 'repair',
  summary: 'concealment: SNR, spectral distance, joins by material and gap, against other methods; its cost',
  async run({ quick, say }) {
    const rows: Row[] = [];
    const sounds = MATERIALS.map((material) => ({ material, ...soundOf(material, quick ? 1 : PIECES, say) }));
    for (const { material, source, samples } of sounds) {
      for (const gap of quick ? GAPS.slice(2, 3) : GAPS)
        rows.push(...qualityRows(material, source, samples, gap));
    }
    for (const { material, source, samples } of sounds) {
      rows.push(costRow(material, source, stereoOf(samples, RATE * (quick ? 2 : COST_SECONDS))));
    }
    if (!quick) rows.push(await liveCostRow(COST_LOSS, CORE_PERCENT_MAX, SEED));
    return rows;
  },
};

/** Recorded where that can be had. */
function soundOf(material: Material, pieces: number, say: (text: string) => void): Recording {
  const frames = PIECE_FRAMES * pieces;
  const found = recordingOf(material, frames, RATE);
  const source = typeof found === 'string' ? `made up, seed ${SEED}` : found.source;
  say(`repair: ${material}: ${source}${typeof found === 'string' ? ` (${found})` : ''}`);
  return typeof found === 'string' ? { source, samples: makeMaterial(material, frames, RATE, SEED) } : found;
}

function qualityRows(material: Material, source: string, samples: Float32Array, gap: GapClass): Row[] {
  const quality = measureQuality(samples, gap, METHODS, SEED);
  return Object.entries(MEASURES).map(([measure, digits]) => {
    const figures = METHODS.map((method) => {
      const value = quality[method][measure as keyof typeof MEASURES];
      return [method, Number(value.toFixed(digits))];
    });
    return { material, gap: gap.name, measure, ...Object.fromEntries(figures), source };
  });
}

function costRow(material: Material, source: string, planes: readonly Float32Array[]): Row {
  const cost = measureCost(planes, COST_LOSS, SEED);
  return {
    material,
    gap: '10 % of packets',
    measure: 'corePercent',
    repair: Number(cost.corePercent.toFixed(2)),
    corePercentMax: CORE_PERCENT_MAX,
    holds: cost.corePercent < CORE_PERCENT_MAX,
    megaOperationsPerSecond: Number(cost.megaOperations.toFixed(1)),
    cheapShare: Number((cost.cheapFrames / (cost.cheapFrames + cost.repairedFrames)).toFixed(4)),
    source,
  };
}

/** The same sound on both sides, at different places of it. */
function stereoOf(samples: Float32Array, frames: number): Float32Array[] {
  return [0, samples.length >> 1].map((from) =>
    Float32Array.from({ length: frames }, (_, n) => samples[(from + n) % samples.length]),
  );
}
