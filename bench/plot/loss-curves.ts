// Rows of the loss benchmark as pictures: what each redundancy leaves exact, by how much is lost and how.
import type { Row } from '../bench.js';
import { type Axis, type Curve, drawLegend, drawPanel, type Panel, type Style } from './panel.js';
import { picture } from './svg.js';

const LATENCY_MS = 12;
const BURSTS = [2, 6, 16];

interface Line {
  readonly label: string;
  readonly style: Style;
  readonly has: (row: Row) => boolean;
}
const about = (row: Row, ratio: number): boolean => Math.abs(Number(row.bytesRatio) - ratio) < 0.3;
/** Colours that the colour-blind tell apart, and dashes for those who print. */
const LINES: readonly Line[] = [
  { label: 'none', style: { color: '#888888', dash: '' }, has: ({ mode }) => mode === 'none' },
  { label: 'burst, 3x', style: { color: '#e69f00', dash: '7 3' }, has: ({ mode }) => mode === 'burst' },
  { label: 'jellie, 2.3x', style: { color: '#cc3311', dash: '2 3' }, has: ({ mode }) => mode === 'jellie' },
  {
    ...{ label: 'fec, 2x', style: { color: '#56b4e9', dash: '9 3 2 3' } },
    has: (row) => row.mode === 'fec' && about(row, 2),
  },
  {
    ...{ label: 'fec, 3x', style: { color: '#0050a0', dash: '' } },
    has: (row) => row.mode === 'fec' && about(row, 3),
  },
];

const percent = (value: number): string => `${value} %`;
const exact = (from: number): Axis => {
  const ticks = Array.from({ length: (100 - from) / 10 + 1 }, (_, i) => from + 10 * i);
  return { label: 'frames bit-exact', from, to: 100, ticks, tickText: percent };
};

/** @returns SVG text */
export function independentCurves(rows: readonly Row[]): string {
  const ticks = [0, 10, 20, 33, 50, 66];
  const x: Axis = { label: 'packets lost, independently', from: 0, to: 66, ticks, tickText: percent };
  const mine = rows.filter(({ model }) => model === 'independent');
  const title = `Bit-exact frames at ${LATENCY_MS} ms receive latency`;
  const panel = { title, x, y: exact(30), curves: curvesOf(mine) };
  return chart(title, [panel], 560);
}

/** One panel for each mean length of the bursts. @returns SVG text */
export function burstCurves(rows: readonly Row[]): string {
  const x: Axis = { label: 'packets lost', from: 0, to: 33, ticks: [0, 5, 10, 20, 33], tickText: percent };
  const panels = BURSTS.map((burst) => {
    const mine = rows.filter(
      ({ model, burstPackets }) => model === 'gilbert-elliott' && burstPackets === burst,
    );
    return { title: `in bursts of ${burst} on average`, x, y: exact(50), curves: curvesOf(mine) };
  });
  return chart(`Bit-exact frames at ${LATENCY_MS} ms receive latency, losses in bursts`, panels, 250);
}

function curvesOf(rows: readonly Row[]): Curve[] {
  const inTime = rows.filter(({ latencyMs }) => latencyMs === LATENCY_MS);
  return LINES.map(({ label, style, has }) => ({
    ...{ label, style },
    points: inTime
      .filter(has)
      .map((row) => [Number(row.lossPercent), 100 * Number(row.exactShare)] as const)
      .sort((a, b) => a[0] - b[0]),
  }));
}

const LEFT = 80;
const TOP = 40;
const HEIGHT = 300;
const GAP = 90;
const BELOW = 90;
const RIGHT = 25;

function chart(title: string, panels: readonly Panel[], panelWidth: number): string {
  const width = LEFT + panels.length * panelWidth + (panels.length - 1) * GAP + RIGHT;
  const height = TOP + HEIGHT + BELOW;
  const drawn = panels.flatMap((panel, index) =>
    drawPanel(panel, {
      left: LEFT + index * (panelWidth + GAP),
      top: TOP,
      width: panelWidth,
      height: HEIGHT,
    }),
  );
  const spacing = 115;
  const legendLeft = LEFT + (width - LEFT - RIGHT - LINES.length * spacing) / 2 + 10;
  return picture(width, height, title, [...drawn, ...drawLegend(LINES, legendLeft, height - 14, spacing)]);
}
