// For how long something has waited for somebody else's answer.
export class OpenWork {
  /** Infinite: nothing waits. */
  private sinceUs = Number.POSITIVE_INFINITY;

  /** At every look: is there anything, and for how long? 0 while there is nothing. [engine-thread] */
  forUs(isOpen: boolean, nowUs: number): number {
    this.sinceUs = isOpen ? Math.min(this.sinceUs, nowUs) : Number.POSITIVE_INFINITY;
    return isOpen ? nowUs - this.sinceUs : 0;
  }

  /** What was asked for then is answered: what is open now may have come right after. [engine-thread] */
  answer(askedUs: number): void {
    this.sinceUs = askedUs;
  }

  /** Nothing waits for anybody. [engine-thread] */
  clear(): void {
    this.sinceUs = Number.POSITIVE_INFINITY;
  }
}
