// The last identifiers of a base-only peer. Its burst identifiers are random, so they have no order and
// no window can slide along them: the newest ids are remembered and the oldest forgotten.
export class IdWindow {
  private readonly ids: Uint32Array;
  private count = 0;
  private next = 0;

  constructor(readonly size: number) {
    this.ids = new Uint32Array(size);
  }

  reset(): void {
    this.count = 0;
    this.next = 0;
  }

  /** True when the id is new; it is then remembered. [engine-thread] */
  admit(id: number): boolean {
    const wanted = id >>> 0;
    for (let i = 0; i < this.count; i++) if (this.ids[i] === wanted) return false;
    this.ids[this.next] = wanted;
    this.next = (this.next + 1) % this.size;
    if (this.count < this.size) this.count++;
    return true;
  }
}
