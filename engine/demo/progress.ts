// One line that tells how far it is: rewritten in place on a terminal, now and then a new one elsewhere.

const PLAIN_EVERY_MS = 5000;

export class Progress {
  private open = false;
  private lastPlainMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  /** A line that stays. */
  say(text: string): void {
    this.finish();
    this.out.write(`${text}\n`);
  }

  /** A line that the next update replaces. */
  update(text: string): void {
    if (!this.out.isTTY) {
      const nowMs = performance.now();
      if (nowMs - this.lastPlainMs < PLAIN_EVERY_MS) return;
      this.lastPlainMs = nowMs;
      this.out.write(`${text}\n`);
      return;
    }
    this.out.write(`\r\x1b[2K${text.slice(0, Math.max(20, (this.out.columns ?? 80) - 1))}`);
    this.open = true;
  }

  finish(): void {
    if (this.open) this.out.write('\n');
    this.open = false;
  }
}

/** [#####.....] */
export function bar(share: number, width = 24): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}
