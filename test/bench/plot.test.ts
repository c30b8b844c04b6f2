// The curves: every row has its place, the text is sound XML, a missing rasteriser is told.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Row } from '../../bench/bench.js';
import { CURVES, CURVES_FOLDER, resultText, rowsFile, writeCurves } from '../../bench/plot/curves.js';
import { kernelCurves } from '../../bench/plot/gpu-curves.js';
import { burstCurves, independentCurves } from '../../bench/plot/loss-curves.js';
import { rasterize } from '../../bench/plot/rasterize.js';
import { text } from '../../bench/plot/svg.js';
import { describeMachine } from '../../bench/support/machine.js';

const folder = mkdtempSync(join(tmpdir(), 'jambridge-plot-'));
afterAll(() => rmSync(folder, { recursive: true }));

const row = (mode: string, lossPercent: number, exactShare: number, more: Row = {}): Row => ({
  ...{ mode, model: 'independent', lossPercent, burstPackets: null, latencyMs: 12, bytesRatio: 3 },
  ...{ exactShare, ...more },
});

/** Opens and closes every element, nothing else. */
function isBalanced(svg: string): boolean {
  const open: string[] = [];
  for (const [, close, name, alone] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (close === '' && alone === '') open.push(name);
    else if (close === '/' && open.pop() !== name) return false;
  }
  return open.length === 0;
}

const points = (svg: string): string[] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, list]) => list);

describe('curves', () => {
  it('a line for each mode, its points where the rows say, others left out', () => {
    const rows = [
      ...[row('none', 66, 0.3), row('none', 0, 1), row('fec', 33, 0.65), row('fec', 0, 1, { bytesRatio: 2 })],
      ...[row('none', 33, 0.5, { latencyMs: 5 }), row('none', 33, 0.5, { model: 'gilbert-elliott' })],
    ];
    const svg = independentCurves(rows);
    expect(isBalanced(svg)).toBe(true);
    // The axes enclose 80..640 by 40..340: 0..66 % of loss, 30..100 % exact.
    expect(points(svg)).toEqual(['80,40 640,340', '', '', '80,40', '360,190']);
    expect(independentCurves(rows.toReversed())).toBe(svg);
  });

  it('a panel for each length of the bursts', () => {
    const rows = [2, 6, 16].map((burstPackets) =>
      row('burst', 33, 0.5, { model: 'gilbert-elliott', burstPackets }),
    );
    const svg = burstCurves(rows);
    expect(isBalanced(svg)).toBe(true);
    expect(points(svg).filter((list) => list !== '')).toEqual(['330,340', '670,340', '1010,340']);
    for (const burst of [2, 6, 16]) expect(svg).toContain(`in bursts of ${burst} on average`);
  });

  it('words can not break the picture', () => {
    expect(text(0, 0, 'a < b & "c"')).toContain('a &lt; b &amp; &quot;c&quot;');
  });

  it('are written beside their rows; the rows can be read again', () => {
    const rows = [row('none', 0, 1)];
    const said: string[] = [];
    writeCurves({ bench: 'loss', machine: describeMachine(), rows }, (words) => said.push(words), folder);
    expect(JSON.parse(readFileSync(join(folder, rowsFile('loss')), 'utf8'))).toMatchObject({
      bench: 'loss',
      rows,
    });
    expect(said.length).toBe(2);
    for (const [index, name] of Object.keys(CURVES.loss).entries()) {
      expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).toContain('</svg>');
      const made = existsSync(join(folder, `${name}.png`));
      expect(said[index].includes('rsvg-convert')).toBe(!made);
    }
  });

  it('without a rasteriser: says which package has it', () => {
    const problem = rasterize(join(folder, 'none.svg'), join(folder, 'none.png'), 'no-such-rasteriser');
    expect(problem).toContain('apt-get install librsvg2-bin');
  });

  it('a line for each kernel, over powers of two, against the processor in powers of ten', () => {
    const kernel = (name: string, size: number, gpuP50Us: number, twinP50Us: number): Row => ({
      ...{ kernel: name, size, gpuP50Us, twinP50Us, adapter: 'a GPU' },
    });
    const rows = [
      kernel('packet-parse', 256, 10, 100),
      kernel('packet-parse', 1, 100, 1),
      kernel('upload', 4, 1, 1),
    ];
    const svg = kernelCurves(rows);
    expect(isBalanced(svg)).toBe(true);
    // The axes enclose 80..640 by 40..340: 1..65536, a thousand times as long .. a tenth.
    expect(points(svg)[0]).toBe('80,115 360,340');
    expect(points(svg).filter((list) => list !== '').length).toBe(1);
    expect(kernelCurves(rows.toReversed())).toBe(svg);
  });

  it.each(['loss', 'gpu'] as const)(
    'those of %s in the README are drawn from the rows beside them',
    (bench) => {
      const text = readFileSync(join(CURVES_FOLDER, rowsFile(bench)), 'utf8');
      const kept = JSON.parse(text);
      expect(text).toBe(resultText(kept));
      for (const [name, draw] of Object.entries(CURVES[bench])) {
        expect(readFileSync(join(CURVES_FOLDER, `${name}.svg`), 'utf8')).toBe(draw(kept.rows));
        expect(
          readFileSync(join(CURVES_FOLDER, `${name}.png`))
            .subarray(1, 4)
            .toString(),
        ).toBe('PNG');
      }
    },
  );
});
