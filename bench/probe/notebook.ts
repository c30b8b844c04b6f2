// Where a probed engine writes down when things happened: the rings of the segment's last slot, which no
// benchmark claims. One channel's ring is one column of times (doubles, microseconds), by number of event or block.
import { LAYOUT, type Segment } from '../../bridge/index.js';

export const COLUMN = {
  /** The engine's tick that took the event out of the capture ring began. */
  taken: 0,
  /** The wait that brought the packet was over. */
  received: 1,
  /** Event or block lay in the playout ring. */
  written: 2,
  /** Not a time: the bytes of the packet. */
  packetBytes: 3,
} as const;

export const NOTEBOOK_ROWS = LAYOUT.kChannelRingBytes / Float64Array.BYTES_PER_ELEMENT;

export class Notebook {
  private readonly columns: Float64Array[];

  constructor({ buffer }: Segment) {
    const slot = LAYOUT.kSlotsOffset + (LAYOUT.kSlotCount - 1) * LAYOUT.kSlotBytes;
    this.columns = Object.values(COLUMN).map(
      (column) =>
        new Float64Array(
          buffer,
          slot + LAYOUT.kPlayoutOffset + column * LAYOUT.kChannelRingBytes,
          NOTEBOOK_ROWS,
        ),
    );
  }

  /** Takes the memory now, so that the first notes cost no more than the later ones. */
  clear(): void {
    for (const column of this.columns) column.fill(0);
  }

  /** The first note stands. */
  note(column: number, row: number, timeUs: number): void {
    const notes = this.columns[column];
    if (row < notes.length && notes[row] === 0) notes[row] = timeUs;
  }

  /** 0 for what did not happen. */
  read(column: number, rows: number): number[] {
    return Array.from(this.columns[column].subarray(0, rows));
  }
}
