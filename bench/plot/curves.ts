// The curves of the README: pictures of a benchmark's rows, and the rows themselves beside them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';
import type { Row } from '../bench.js';
import type { Machine } from '../support/machine.js';
import { kernelCurves } from './gpu-curves.js';
import { burstCurves, independentCurves } from './loss-curves.js';
import { rasterize } from './rasterize.js';

export interface Result {
  readonly bench: keyof typeof CURVES;
  readonly machine: Machine;
  readonly rows: readonly Row[];
}

type Draw = (rows: readonly Row[]) => string;

export const CURVES_FOLDER = join(PACKAGE_ROOT, 'bench', 'curves');
/** By benchmark, by name of the picture. */
export const CURVES = {
  loss: { 'loss-independent': independentCurves, 'loss-bursts': burstCurves } as Record<string, Draw>,
  gpu: { 'gpu-kernels': kernelCurves } as Record<string, Draw>,
} as const;

export const rowsFile = (bench: string): string => `${bench}.json`;

/** One row a line: what changed from one run to the next can be read. */
export function resultText({ bench, machine, rows }: Result): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `{\n  "bench": ${JSON.stringify(bench)},\n  "machine": ${JSON.stringify(machine)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

export function writeCurves(result: Result, say: (text: string) => void, folder = CURVES_FOLDER): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, rowsFile(result.bench)), resultText(result));
  for (const [name, draw] of Object.entries(CURVES[result.bench])) {
    const svg = join(folder, `${name}.svg`);
    writeFileSync(svg, draw(result.rows));
    const problem = rasterize(svg, join(folder, `${name}.png`));
    say(problem === '' ? `${svg} and .png` : `${svg}; ${problem}`);
  }
}
