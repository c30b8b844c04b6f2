// What the control thread does about a GPU that is not there: it looks again, ever less often.
import { afterEach, describe, expect, it } from 'vitest';
import { GpuHost } from '../../engine/control/gpu-host.js';
import type { ProbeMode } from '../../engine/gpu/probe.js';
import type { ProbeReport } from '../../engine/gpu/probe-report.js';

/** Half a minute becomes 30 ms. */
const PACE = 1e-3;
const SOFTWARE: ProbeReport = {
  ...{ adapterName: 'a processor', software: true, roundTripUs: 0, roundTripP99Us: 0, costs: {} },
};

describe('a GPU that can not be had', () => {
  const looks: { mode: ProbeMode; atMs: number }[] = [];
  const said: string[] = [];
  let found: ProbeReport | string = 'no GPU adapter';
  let host: GpuHost;
  const look = async (mode: ProbeMode) => {
    looks.push({ mode, atMs: performance.now() });
    return found;
  };
  const until = async (condition: () => boolean) => {
    for (let i = 0; i < 400 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(condition()).toBe(true);
  };
  const begin = () => {
    looks.length = 0;
    said.length = 0;
    found = 'no GPU adapter';
    host = new GpuHost((text) => said.push(text), look, PACE);
  };
  afterEach(() => host.stop());

  it.each(['auto', 'gpu'] as const)(
    '%s: is looked for again, each time after twice as long',
    async (wanted) => {
      begin();
      host.configure(wanted, '');
      await until(() => looks.length >= 4);
      const waits = looks.slice(1).map(({ atMs }, i) => atMs - looks[i].atMs);
      const first = wanted === 'auto' ? 30 : 1;
      for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThan(first * 2 ** i - 1); // timers count whole milliseconds
      expect(host.status()).toMatchObject({ why: 'no GPU adapter', adapter: '', starts: 0 });
      expect(host.status().stages.every(({ on, why }) => on === 'cpu' && why === 'no GPU adapter')).toBe(
        true,
      );
      expect(said.length).toBe(1);
      await host.stop();
      const { length } = looks;
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(looks.length).toBe(length);
    },
  );

  it('what is found at last is measured, and decided about', async () => {
    begin();
    host.configure('auto', '');
    await until(() => looks.length === 1 && host.status().state === 'waiting');
    found = SOFTWARE;
    await until(() => host.status().state === 'off');
    expect(looks.map(({ mode }) => mode)).toEqual(['measure-hardware', 'measure-hardware']);
    expect(host.status().adapter).toBe('a processor');
    expect(host.status().why).toBe('a software adapter counts as the processor');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(looks.length).toBe(2); // a decision is not looked at again
  });
});
