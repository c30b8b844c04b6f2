// What this process holds once everything that nobody refers to is gone.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

export function heldBytes(): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Growth over the later part of a run: what the beginning takes is not growth. */
export class MemoryWatch {
  private readonly samples: number[] = [];

  take(bytes: number): void {
    this.samples.push(bytes);
  }

  /** From the second quarter to the last, medians: a single sample may fall into a bad moment. */
  get growthBytes(): number {
    const { samples } = this;
    const quarter = Math.floor(samples.length / 4);
    if (quarter === 0) return 0;
    return middle(samples.slice(-quarter)) - middle(samples.slice(quarter, 2 * quarter));
  }
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
