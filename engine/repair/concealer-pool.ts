// The concealers of all streams, used again: a flood of streams that come and go would otherwise leave theirs
// to the garbage collector faster than it comes by.
import { ArConcealer } from './ar-concealer.js';
import { RepairBudget } from './repair-budget.js';

const KEPT_MAX = 16;

export class ConcealerPool {
  /** Shared by all streams of the engine thread. */
  readonly budget = new RepairBudget();
  private readonly free: ArConcealer[] = [];

  /** One that knows nothing. Allocates only where none of its shape is free. [engine-thread] */
  take(sampleRate: number, channels: number): ArConcealer {
    const at = this.free.findIndex((c) => c.sampleRate === sampleRate && c.channels === channels);
    if (at < 0) return new ArConcealer(sampleRate, channels, this.budget);
    const [concealer] = this.free.splice(at, 1);
    concealer.forget();
    return concealer;
  }

  /** Its stream is over. */
  give(concealer: ArConcealer): void {
    concealer.ahead?.clear();
    this.free.push(concealer);
    if (this.free.length > KEPT_MAX) this.free.shift();
  }
}
