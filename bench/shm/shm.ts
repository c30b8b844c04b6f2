// Shared memory: how long a block is on its way through two engines, and what process() costs.
import type { Bench, BenchOptions, Row } from '../bench.js';
import { buildPrograms } from '../support/programs.js';
import { ENGINE_PRIORITY, Studio } from '../support/studio.js';
import { blockWay } from './block-way.js';
import { processCost } from './process-cost.js';

const INSTANCES = [1, 8, 32];
const PROCESS_SECONDS = 3;
const QUICK_SECONDS = 0.5;

export const shm: Bench = {
  name: 'shm',
  summary: "a block's way from capture ring to playout ring, and the cost of process()",
  async run({ quick, say }: BenchOptions): Promise<Row[]> {
    await buildPrograms();
    const rows: Row[] = [];
    for (const realtime of quick ? [true] : [true, false]) {
      say(`shm: the way of a block, ${realtime ? 'real-time' : 'normal'} priority`);
      rows.push(await blockWay(realtime, quick));
    }
    const studio = await Studio.open({ sides: ['a'], spinUs: 0, realtimePriority: ENGINE_PRIORITY });
    try {
      for (const instances of quick ? INSTANCES.slice(0, 1) : INSTANCES) {
        say(`shm: process() of ${instances} instances`);
        rows.push(await processCost(studio, instances, quick ? QUICK_SECONDS : PROCESS_SECONDS));
      }
    } finally {
      await studio.close();
    }
    return rows;
  },
};
