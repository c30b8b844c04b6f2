// doctor: which GPU there is, and what the engine would have done by it.
import type { Configuration } from '../control/configuration-table.js';
import { probeGpu } from '../gpu/probe.js';
import { chooseStages } from '../gpu/probe-report.js';
import { type Check, ok, warning } from './doctor-check.js';

const NAME = 'GPU';

/** Measured as the engine would. [control-thread] */
export async function checkGpu({ backend, gpu }: Configuration): Promise<Check> {
  if (backend === 'cpu') return ok(NAME, 'not asked for: backend is cpu');
  const report = await probeGpu(backend === 'gpu' ? 'measure' : 'measure-hardware', gpu);
  if (typeof report === 'string') {
    if (backend === 'auto') return ok(NAME, `none (${report}); the processor does everything`);
    return warning(NAME, report, 'backend is gpu: the processor does everything until there is one.');
  }
  const stages = chooseStages(backend, report);
  const kind = report.software ? 'software' : 'hardware';
  const found = stages.map(({ name, on, why }) => `${name} on the ${on} (${why})`).join('; ');
  return ok(NAME, `${report.adapterName} (${kind}): ${found}`);
}
