import { describe, expect, test } from 'vitest';
import { type MetricsSlab, STREAM, type StreamColumn } from '../../engine/base/metrics-slab.js';
import { engineSettings } from '../../engine/control/configuration-settings.js';
import { DEFAULTS } from '../../engine/control/configuration-table.js';
import type { EngineThreadData } from '../../engine/worker/messages.js';
import { practise } from '../../engine/worker/practice.js';

const MIDI = 1;
const AUDIO = 2;
const LONG_US = 60e6;

const data: EngineThreadData = {
  segmentName: 'never opened',
  settings: engineSettings(DEFAULTS, ['192.0.2.1']),
  metricsMemory: new SharedArrayBuffer(8),
  signalMemory: new SharedArrayBuffer(4),
  pipelineMemory: null,
  senderIdLow: 5,
  senderIdHigh: 6,
};

function heard(metrics: MetricsSlab, kind: number, column: StreamColumn): number {
  const rows = metrics.streamRows().filter((row) => metrics.cells[row + STREAM.kind] === kind);
  return rows.reduce((total, row) => total + metrics.cells[row + STREAM[column]], 0);
}

describe('practice', () => {
  test('goes the whole route, without a network and without a segment', () => {
    const { blocks, metrics } = practise(data, 300, LONG_US);
    expect(blocks).toBe(300);
    expect(heard(metrics, MIDI, 'eventsPlayed')).toBe(100);
    expect(heard(metrics, MIDI, 'duplicates')).toBeGreaterThan(0);
    expect(heard(metrics, AUDIO, 'framesReceived')).toBeGreaterThan(280 * 64);
    expect(heard(metrics, AUDIO, 'framesConcealed')).toBe(0);
  });

  test('ends in time', () => {
    expect(practise(data, 1_000_000, 0).blocks).toBe(0);
    const startMs = performance.now();
    const { blocks } = practise(data, 1_000_000, 50_000);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(50);
    expect(blocks).toBeLessThan(1_000_000);
  });

  test('does the same twice: nothing of one is left in the next', () => {
    const played = () => heard(practise(data, 60, LONG_US).metrics, MIDI, 'eventsPlayed');
    expect([played(), played()]).toEqual([20, 20]);
  });
});
