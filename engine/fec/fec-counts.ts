// What became of the repair packets of a stream: all that came = used + redundant + malformed + outOfReach +
// overBudget + elsewhere, and those still held.
export class FecCounts {
  /** Said something new. */
  used = 0;
  /** Spoke of nothing that was not known already: the price of being prepared. */
  redundant = 0;
  /** No repair packet, or one that contradicts what is known. */
  malformed = 0;
  /** Too old, or too far ahead of the source packets. */
  outOfReach = 0;
  /** Not taken because the tick's work was done. */
  overBudget = 0;
  /** Solved elsewhere, or not needed before it came to that. */
  elsewhere = 0;
  /** Source packets recovered. */
  recovered = 0;
  /** Times that a solution came out which no sender can have meant; all open rows are given up then. */
  implausible = 0;
}
