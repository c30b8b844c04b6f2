// The pipeline as the engine has it: each stage's batches through the mailbox to the GPU thread and back, beside the
// processor that would do them itself.
import { measureStages } from '../../engine/gpu/calibrate.js';
import type { Row } from '../bench.js';
import { percentile, rounded } from '../support/statistics.js';

/** What one tick has to do, from hardly anything to all that a batch holds. */
const SIZES = [1, 4, 16, 64] as const;
const SIZES_QUICK = [4] as const;

export async function measurePipeline(quick: boolean): Promise<Row[]> {
  const { empty, sizes } = await measureStages(process.env.JAMBRIDGE_ADAPTER ?? '', () =>
    quick ? SIZES_QUICK : SIZES,
  );
  const sorted = [...empty].sort((a, b) => a - b);
  return [
    {
      ...{ kernel: 'pipeline', unit: 'nothing', size: 0 },
      gpuP50Us: rounded(percentile(sorted, 0.5)),
      gpuP99Us: rounded(percentile(sorted, 0.99)),
    },
    ...sizes.map((cost) => ({
      ...{ kernel: `pipeline: ${cost.stage}`, unit: cost.unit, size: cost.size },
      gpuP50Us: rounded(cost.roundTripUs),
      gpuP99Us: rounded(cost.roundTripP99Us),
      twinP50Us: rounded(cost.processorUs),
      handOverUs: rounded(cost.handOverUs),
    })),
  ];
}
