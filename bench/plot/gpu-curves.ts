// Rows of the GPU benchmark as a picture: how long each kernel's round trip takes against its twin on the processor,
// by how much there is to do.
import type { Row } from '../bench.js';
import { type Axis, type Curve, drawLegend, drawPanel, type Style } from './panel.js';
import { picture } from './svg.js';

interface Line {
  readonly label: string;
  readonly style: Style;
}
/** Colours that the colour-blind tell apart, and dashes for those who print. */
const LINES: readonly Line[] = [
  { label: 'packet-parse', style: { color: '#0050a0', dash: '' } },
  { label: 'burst-dedup', style: { color: '#56b4e9', dash: '9 3 2 3' } },
  { label: 'jsonl-parse', style: { color: '#009e73', dash: '7 3' } },
  { label: 'gf256-recover', style: { color: '#cc3311', dash: '' } },
  { label: 'jellie-decode', style: { color: '#e69f00', dash: '7 3' } },
  { label: 'pcm-repair', style: { color: '#000000', dash: '' } },
  { label: 'resample', style: { color: '#aa4499', dash: '2 3' } },
  { label: 'meter', style: { color: '#888888', dash: '2 3' } },
];

const power = (exponent: number): string => {
  if (exponent >= 0) return String(10 ** exponent);
  return `1/${10 ** -exponent}`;
};
const x: Axis = {
  label: 'size of the batch: packets, windows, blocks, gaps, channels',
  from: 0,
  to: 16,
  ticks: [0, 2, 4, 6, 8, 10, 12, 14, 16],
  tickText: (log2) => String(2 ** log2),
};
const y: Axis = {
  label: 'time on the GPU against the processor',
  from: -1,
  to: 3,
  ticks: [-1, 0, 1, 2, 3],
  tickText: power,
};

const PLACE = { left: 80, top: 40, width: 560, height: 300 };
const LEGEND_COLUMNS = 4;
const LEGEND_SPACING = 140;

/** Medians, the way up and back included. @returns SVG text */
export function kernelCurves(rows: readonly Row[]): string {
  const adapter = String(rows.find((row) => row.adapter !== undefined)?.adapter ?? '');
  const title = `A round trip to the GPU against the processor (below 1: the GPU is faster)`;
  const curves = LINES.map(({ label, style }): Curve => ({ label, style, points: pointsOf(rows, label) }));
  const legend = [0, 1].flatMap((row) =>
    drawLegend(
      LINES.slice(row * LEGEND_COLUMNS, (row + 1) * LEGEND_COLUMNS),
      PLACE.left + 10,
      PLACE.top + PLACE.height + 62 + 18 * row,
      LEGEND_SPACING,
    ),
  );
  const content = [...drawPanel({ title, x, y, curves }, PLACE), ...legend];
  return picture(
    PLACE.left + PLACE.width + 25,
    PLACE.top + PLACE.height + 95,
    `${title}; ${adapter}`,
    content,
  );
}

function pointsOf(rows: readonly Row[], kernel: string): (readonly [number, number])[] {
  return rows
    .filter((row) => row.kernel === kernel && Number(row.twinP50Us) > 0)
    .map(
      (row) =>
        [Math.log2(Number(row.size)), Math.log10(Number(row.gpuP50Us) / Number(row.twinP50Us))] as const,
    )
    .sort((a, b) => a[0] - b[0]);
}
