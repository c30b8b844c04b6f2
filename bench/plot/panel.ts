// One diagram: axes with ticks, and lines through points.
import { element, line, polyline, text } from './svg.js';

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
}
export interface Style {
  readonly color: string;
  /** As of stroke-dasharray; '' for a solid line. */
  readonly dash: string;
}
export interface Curve {
  readonly label: string;
  readonly style: Style;
  readonly points: readonly (readonly [number, number])[];
}
export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
}
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const TICK = 5;
const GRID = { stroke: '#ddd', 'stroke-width': 1 };
const FRAME = { stroke: '#444', 'stroke-width': 1 };

/** `place` is what the axes enclose; labels and title lie outside of it. */
export function drawPanel({ title, x, y, curves }: Panel, place: Place): string[] {
  const { left, top, width, height } = place;
  const bottom = top + height;
  const px = (value: number) => left + ((value - x.from) / (x.to - x.from)) * width;
  const py = (value: number) => bottom - ((value - y.from) / (y.to - y.from)) * height;
  const middle = { 'text-anchor': 'middle' };
  const grid = [
    ...x.ticks.flatMap((tick) => [
      line(px(tick), top, px(tick), bottom + TICK, GRID),
      text(px(tick), bottom + TICK + 14, x.tickText(tick), middle),
    ]),
    ...y.ticks.flatMap((tick) => [
      line(left - TICK, py(tick), left + width, py(tick), GRID),
      text(left - TICK - 4, py(tick) + 4, y.tickText(tick), { 'text-anchor': 'end' }),
    ]),
  ];
  const turned = `rotate(-90 ${left - 50} ${top + height / 2})`;
  const words = [
    text(left + width / 2, top - 10, title, { ...middle, 'font-weight': 'bold' }),
    text(left + width / 2, bottom + 38, x.label, middle),
    text(left - 50, top + height / 2, y.label, { ...middle, transform: turned }),
  ];
  const lines = curves.flatMap(({ style, points }) => {
    const at = points.map(([a, b]) => [px(a), py(Math.min(y.to, Math.max(y.from, b)))] as const);
    const dots = at.map(([cx, cy]) => element('circle', { cx, cy, r: 3, fill: style.color }));
    return [polyline(at, strokeOf(style)), ...dots];
  });
  const frame = element('rect', { x: left, y: top, width, height, fill: 'none', ...FRAME });
  return [...grid, frame, ...words, ...lines];
}

/** A sample of each line with its name, from left to right. */
export function drawLegend(
  curves: readonly Pick<Curve, 'label' | 'style'>[],
  left: number,
  y: number,
  spacing: number,
): string[] {
  return curves.flatMap(({ label, style }, index) => {
    const x = left + index * spacing;
    return [line(x, y - 4, x + 26, y - 4, strokeOf(style)), text(x + 32, y, label)];
  });
}

function strokeOf({ color, dash }: Style): Record<string, string | number> {
  const stroke = { stroke: color, 'stroke-width': 2 };
  return dash === '' ? stroke : { ...stroke, 'stroke-dasharray': dash };
}
