// The pipeline as the engine has it: batches of gaps through the mailbox to the GPU thread and back, beside the
// processor that would do them itself.
import { measureConcealment } from '../../engine/gpu/calibrate.js';
import type { Row } from '../bench.js';
import { percentile, rounded } from '../support/statistics.js';

/** Channels with a lost packet each, within one tick. */
const GAPS = [1, 4, 16, 64] as const;
const GAPS_QUICK = [4] as const;

export async function measurePipeline(quick: boolean): Promise<Row[]> {
  const gaps = quick ? GAPS_QUICK : GAPS;
  const { empty, conceal } = await measureConcealment(process.env.JAMBRIDGE_ADAPTER ?? '', gaps);
  const sorted = [...empty].sort((a, b) => a - b);
  const row = { kernel: 'pipeline', unit: 'gaps' };
  return [
    {
      ...row,
      size: 0,
      gpuP50Us: rounded(percentile(sorted, 0.5)),
      gpuP99Us: rounded(percentile(sorted, 0.99)),
    },
    ...conceal.map((cost, i) => ({
      ...row,
      size: gaps[i],
      gpuP50Us: rounded(cost.roundTripUs),
      gpuP99Us: rounded(cost.roundTripP99Us),
      twinP50Us: rounded(cost.processorUs),
      handOverUs: rounded(cost.handOverUs),
    })),
  ];
}
