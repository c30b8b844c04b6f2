// Packets on their way: places in one slab, ordered by due time. All memory is taken at construction.
//
// Owner: the relay direction that made it; one user, no locks. A place is taken by push(), handed out by
// popDue() and must be given back by free() once its bytes are sent. Full: push() returns -1.

export class DelayQueue {
  /** capacity * stride bytes; place p begins at p * stride. */
  readonly slab: ArrayBuffer;
  readonly bytes: Uint8Array;
  private readonly dueUs: Float64Array;
  private readonly lengths: Int32Array;
  /** Arrival order, to keep equal due times in order. */
  private readonly order: Float64Array;
  /** A binary heap of places, the earliest due first. */
  private readonly heap: Int32Array;
  private readonly freePlaces: Int32Array;
  private freeCount: number;
  private size = 0;
  private arrivals = 0;

  constructor(
    readonly capacity: number,
    readonly stride: number,
  ) {
    this.slab = new ArrayBuffer(capacity * stride);
    this.bytes = new Uint8Array(this.slab);
    this.dueUs = new Float64Array(capacity);
    this.lengths = new Int32Array(capacity);
    this.order = new Float64Array(capacity);
    this.heap = new Int32Array(capacity);
    this.freePlaces = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
    this.freeCount = capacity;
  }

  get waiting(): number {
    return this.size;
  }

  /** When the next packet is due; Infinity when none waits. */
  get nextDueUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.dueUs[this.heap[0]];
  }

  /** Copies a packet in; its place, or -1 when there is no room. */
  push(source: Uint8Array, offset: number, length: number, dueUs: number): number {
    if (this.freeCount === 0 || length > this.stride) return -1;
    const place = this.freePlaces[--this.freeCount];
    const to = place * this.stride;
    for (let i = 0; i < length; i++) this.bytes[to + i] = source[offset + i]; // a subarray would be garbage
    this.lengths[place] = length;
    this.dueUs[place] = dueUs;
    this.order[place] = this.arrivals++;
    this.siftUp(this.size++, place);
    return place;
  }

  /** The place of the earliest packet due by now, or -1. Its bytes stay valid until free(). */
  popDue(nowUs: number): number {
    if (this.size === 0 || this.dueUs[this.heap[0]] > nowUs) return -1;
    const place = this.heap[0];
    const last = this.heap[--this.size];
    if (this.size > 0) this.siftDown(last);
    return place;
  }

  lengthOf(place: number): number {
    return this.lengths[place];
  }

  free(place: number): void {
    this.freePlaces[this.freeCount++] = place;
  }

  private before(a: number, b: number): boolean {
    if (this.dueUs[a] !== this.dueUs[b]) return this.dueUs[a] < this.dueUs[b];
    return this.order[a] < this.order[b];
  }

  private siftUp(from: number, place: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(place, this.heap[parent])) break;
      this.heap[index] = this.heap[parent];
      index = parent;
    }
    this.heap[index] = place;
  }

  private siftDown(place: number): void {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.before(this.heap[child + 1], this.heap[child])) child++;
      if (!this.before(this.heap[child], place)) break;
      this.heap[index] = this.heap[child];
      index = child;
    }
    this.heap[index] = place;
  }
}
