import { ArConcealer } from './ar-concealer.js';
import type { RepairBudget } from './repair-budget.js';

/**
 * The concealment of one stream; `budget` is shared by all streams of an engine thread. Allocates everything
 * it will ever need. [engine-thread]
 */
export function makeConcealer(sampleRate: number, channels: number, budget: RepairBudget): ArConcealer {
  return new ArConcealer(sampleRate, channels, budget);
}
