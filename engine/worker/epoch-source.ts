// Epochs tell one run of a stream's frame counter from the next. They start anywhere and never repeat within
// an engine's life; 0 is kept for "none".
import { randomInt } from 'node:crypto';

export class EpochSource {
  private last = randomInt(1, 0x7fff_ffff);

  next(): number {
    this.last = this.last >= 0xffff_ffff ? 1 : this.last + 1;
    return this.last;
  }
}
