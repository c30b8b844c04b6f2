// Tells stragglers from a clock that jumped: nothing comes early by a quarter second, and what stays late by as
// much for two seconds isn't late.
const JUMP_SECONDS = 0.25;
const LATE_SECONDS = 2;

export const ARRIVAL = { plausible: 0, straggler: 1, jump: 2 } as const;

export class JumpGuard {
  private lateSince = -1;

  clear(): void {
    this.lateSince = -1;
  }

  /** @param earlySeconds by how much something came before its time, at `seconds` [engine-thread] */
  judge(earlySeconds: number, seconds: number): number {
    if (Math.abs(earlySeconds) <= JUMP_SECONDS) {
      this.lateSince = -1;
      return ARRIVAL.plausible;
    }
    if (earlySeconds > 0) return ARRIVAL.jump;
    if (this.lateSince < 0) this.lateSince = seconds;
    return seconds - this.lateSince > LATE_SECONDS ? ARRIVAL.jump : ARRIVAL.straggler;
  }
}
