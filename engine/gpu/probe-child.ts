// The look at the GPU, in a process of its own: a driver that crashes takes this one with it, not the engine.
//   node probe-child.js look|measure ADAPTER        prints a ProbeReport as JSON, or { "none": why }
import { measureGpu } from './calibrate.js';
import { openGpu } from './gpu-device.js';
import type { ProbeReport } from './probe-report.js';

async function probe(measures: string, adapterName: string): Promise<ProbeReport | string> {
  const gpu = await openGpu({ adapterName });
  if (typeof gpu === 'string') return gpu;
  const report = {
    adapterName: gpu.adapterName,
    software: gpu.software,
    roundTripUs: 0,
    roundTripP99Us: 0,
    costs: {},
  };
  await gpu.close();
  // Of a software adapter nobody wants to know unless it is asked for.
  if (measures === 'look' || (measures === 'measure-hardware' && report.software)) return report;
  return { ...report, ...(await measureGpu(adapterName)) };
}

const [measures = 'look', adapterName = ''] = process.argv.slice(2);
const report = await probe(measures, adapterName).catch((error: Error) => error.message);
process.stdout.write(`${JSON.stringify(typeof report === 'string' ? { none: report } : report)}\n`);
