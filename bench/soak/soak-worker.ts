// The same run once more, beside the first one: what comes out must be the same to the last bit.
import { parentPort, workerData } from 'node:worker_threads';
import { runSoak } from './soak-run.js';

parentPort?.postMessage(runSoak(workerData as { minutes: number; seed: number }).digest);
