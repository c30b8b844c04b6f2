// Frames of one tap that are resampled somewhere else before they are due, piece after piece. Each piece knows where
// in its source it begins and how it goes on; it is used only where the tap has really got to that position, and then
// says itself where the tap is behind it. So nothing moves, whoever makes a frame.
//
//   played .. playout's end | piece (ready) | piece (waiting) | .. asked for next
import { OpenWork } from '../base/open-work.js';
import type { PlanarRing, SourcePosition } from './planar-ring.js';

export const PIECE_FRAMES_MAX = 256;
/** Fewer are not worth a piece. */
export const PIECE_FRAMES_MIN = 16;
const PIECES = 4;
const TWO_32 = 4294967296;
/** Of a source frame: what a position may be off by. */
const SAME_POSITION = 1e-6;

/** What became of the pieces that were asked for, of all taps. */
export class ResampleCounts {
  asked = 0;
  used = 0;
  /** Due before they were there: made by the processor. */
  late = 0;
  /** The tap had moved on in another way. */
  needless = 0;
  /** The batch was lost. */
  refused = 0;
}

export class ResampledPiece {
  /** Slot frames [from, from + frames). */
  from = 0;
  frames = 0;
  /** Of the first one: source frame, and 2^-32ths of one; and how many of those each frame goes on by. */
  source = 0;
  fraction = 0;
  step = 0;
  /** Where the source began: it may begin anew. */
  origin = 0;
  ready = false;
  askedUs = 0;
  late = false;
  /** Another one: nobody waits for what was asked for before. */
  ticket = 0;
  /** Planar, PIECE_FRAMES_MAX apart. */
  readonly samples: Float32Array;

  constructor(planes: number) {
    this.samples = new Float32Array(planes * PIECE_FRAMES_MAX);
  }

  get end(): number {
    return this.from + this.frames;
  }

  /** Where the tap is at the piece's frame number `index`. */
  position(index: number, out: SourcePosition): void {
    const moved = this.fraction + index * this.step;
    const whole = Math.floor(moved / TWO_32);
    out.frame = this.source + whole;
    out.fraction = (moved - whole * TWO_32) / TWO_32;
  }
}

export class ResampledAhead {
  /** Does the playout leave to others what is not due yet? */
  held = false;
  /** If not, it is tried again from then on. */
  retryUs = 0;
  /** What is known and not there yet. */
  private readonly open = new OpenWork();
  /** In the order of their frames; `count` of them are in use. */
  private readonly pieces: ResampledPiece[];
  private count = 0;
  private readonly at: SourcePosition = { frame: 0, fraction: 0 };

  constructor(
    readonly planes: number,
    private readonly counts: ResampleCounts,
  ) {
    this.pieces = Array.from({ length: PIECES }, () => new ResampledPiece(planes));
  }

  get full(): boolean {
    return this.count === PIECES;
  }

  /** The piece asked for last; null: there is none. */
  get last(): ResampledPiece | null {
    return this.count > 0 ? this.pieces[this.count - 1] : null;
  }

  /** From now on the playout leaves to others what is not due yet; should that fail, it is tried again at `retryUs`. */
  hold(retryUs: number): void {
    this.clear();
    this.held = true;
    this.open.clear();
    this.retryUs = retryUs;
  }

  /** Nothing more can be asked for now: nobody is late. */
  defer(): void {
    this.open.clear();
  }

  /** A piece is there. */
  answer(piece: ResampledPiece): void {
    piece.ready = true;
    this.open.answer(piece.askedUs);
  }

  /** How far the playout may be written that is written up to `from`, where `known` is all that is known now. */
  limit(from: number, known: number, nowUs: number, patienceUs: number): number {
    if (!this.held) return known;
    const ready = this.readyEnd(from);
    if (this.open.forUs(known - ready >= PIECE_FRAMES_MIN, nowUs) > patienceUs) this.held = false;
    return this.held ? Math.min(known, ready) : known;
  }

  /** Slot frame before which all is there, from `from` on. */
  readyEnd(from: number): number {
    let end = from;
    for (let i = 0; i < this.count; i++) {
      const piece = this.pieces[i];
      if (piece.ready && piece.from <= end && piece.end > end) end = piece.end;
    }
    return end;
  }

  /** The next piece, from where the tap is at slot frame `from`. There must be room. [engine-thread] */
  ask(
    from: number,
    frames: number,
    { frame, fraction }: SourcePosition,
    ratio: number,
    origin: number,
    nowUs: number,
  ): ResampledPiece {
    const piece = this.pieces[this.count++];
    piece.from = from;
    piece.frames = frames;
    piece.source = frame;
    piece.fraction = Math.min(TWO_32 - 1, Math.round(fraction * TWO_32));
    piece.step = Math.round(ratio * TWO_32);
    piece.origin = origin;
    piece.ready = false;
    piece.askedUs = nowUs;
    piece.late = false;
    piece.ticket++;
    this.counts.asked++;
    return piece;
  }

  /**
   * Writes slot frames from `from` on, at most up to `to`, and moves `position` on with them; returns how far it
   * came. Whatever is not there is left to the caller. The peak goes to `peak[0]`. [engine-thread]
   */
  take(
    ring: PlanarRing,
    from: number,
    to: number,
    position: SourcePosition,
    origin: number,
    add: boolean,
    peak: Float64Array,
  ): number {
    let at = from;
    while (this.count > 0 && at < to) {
      const [piece] = this.pieces;
      if (piece.end <= at) {
        this.release(piece.late ? 'none' : 'needless');
        continue;
      }
      if (piece.from > at) break;
      if (!piece.ready) {
        if (!piece.late) this.counts.late++;
        piece.late = true;
        break;
      }
      if (piece.origin !== origin || !this.isAt(piece, at, position)) {
        this.clear();
        break;
      }
      const end = Math.min(to, piece.end);
      copyPiece(piece, this.planes, ring, at, end, add, peak);
      piece.position(end - piece.from, position);
      at = end;
      if (at === piece.end) this.release(piece.late ? 'none' : 'used');
    }
    return at;
  }

  /** Nothing that was asked for is of use any more. */
  clear(): void {
    while (this.count > 0) this.release(this.pieces[0].late ? 'none' : 'needless');
  }

  private isAt(piece: ResampledPiece, slotFrame: number, { frame, fraction }: SourcePosition): boolean {
    piece.position(slotFrame - piece.from, this.at);
    return Math.abs(this.at.frame - frame + (this.at.fraction - fraction)) < SAME_POSITION;
  }

  /** Gives up the first. */
  private release(as: 'used' | 'needless' | 'none'): void {
    const { pieces } = this;
    const [first] = pieces;
    first.ticket++;
    if (as !== 'none') this.counts[as]++;
    pieces.copyWithin(0, 1);
    pieces[PIECES - 1] = first;
    this.count--;
  }
}

/** A mono source is heard on every channel; surplus channels of the destination are silent. */
function copyPiece(
  piece: ResampledPiece,
  planes: number,
  ring: PlanarRing,
  from: number,
  to: number,
  add: boolean,
  peak: Float64Array,
): void {
  const { frames, ringFrames, mask, channels } = ring;
  for (let c = 0; c < channels; c++) {
    const plane = (planes === 1 ? 0 : c) * PIECE_FRAMES_MAX - piece.from;
    const carried = c < planes || planes === 1;
    for (let f = from; f < to; f++) {
      const value = carried ? piece.samples[plane + f] : 0;
      const at = c * ringFrames + (f & mask);
      frames[at] = add ? frames[at] + value : value;
      if (Math.abs(value) > peak[0]) peak[0] = Math.abs(value);
    }
  }
}
