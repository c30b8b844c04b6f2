// Within what time most batches come back. One that was away for a hundred milliseconds because the driver's threads
// did not get a core says nothing about the next: a mean would take long to forget it.
const ROUND_TRIP_US = 1000;
/** This share of them is back in time. */
const SHARE = 0.75;
/** How fast it follows. */
const STEP = 0.2;
const UP = Math.exp(STEP * SHARE);
const DOWN = Math.exp(-STEP * (1 - SHARE));
/** What is not tried is forgotten, so that it will be tried again. */
const FORGET = 0.9995;

export class UsualRoundTrip {
  /** Before anything was measured, what a GPU of one's own would need. */
  us = ROUND_TRIP_US;

  /** [engine-thread] */
  observe(us: number): void {
    this.us *= us > this.us ? UP : DOWN;
  }

  /** Something was not sent because it would take too long. [engine-thread] */
  passOver(): void {
    this.us *= FORGET;
  }
}
