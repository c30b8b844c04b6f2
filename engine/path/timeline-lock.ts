// Timeline lock: while both hosts roll, what a remote host played at a song position is heard where the local
// song is at that position, plus the latency that the plugin declares. Both songs are whole numbers of frames
// away from their streams, so the tap's place follows from them to the frame.
//
//   song(local frame f) = f + songOffset       song(media frame m) = m - place.mediaFrame + place.songFrame
//
// It is looked for when a transport starts, locates or loops, and taken only where the sound can be in time.
// In between the tap follows the clocks as ever: where they run apart, so do the songs.
import { type MetricsSlab, STREAM } from '../base/metrics-slab.js';
import type { EngineSlot } from './engine-slot.js';
import type { Tap } from './tap.js';

/** Where a sender's song was, as it last said. */
export interface SongPlace {
  readonly playing: boolean;
  readonly mediaFrame: number;
  readonly songFrame: number;
}

/** Both ends loop or locate a network's way apart: the same place must be asked for so long. */
const SETTLE_US = 150_000;
/** Of the receive latency, so much may be given up to be in place. */
const SHARE_GIVEN_UP = 0.5;

export class TimelineLock {
  /** Frames from the song to the stream, at both ends, for which the tap is in its place. */
  private senderOffset = Number.NaN;
  private slotOffset = Number.NaN;
  private wanted = 0;
  private wantedSinceUs = 0;
  /** Moved by so much from where the latency alone would put the tap. */
  private moved = 0;

  /** The tap was put in a place by the latency alone. */
  reset(): void {
    this.senderOffset = Number.NaN;
    this.wanted = 0;
    this.moved = 0;
  }

  /**
   * By how many slot frames the tap is to be moved now; 0 when it is in its place, or there is no such place
   * (nobody rolls, or it isn't wanted), or the sound couldn't be in time there. [engine-thread]
   */
  shift(slot: EngineSlot, tap: Tap, metrics: MetricsSlab, nowUs: number): number {
    const { view, songOffset } = slot;
    const { song, audio } = tap.source;
    if (!view.timeline || song === null || !song.playing || Number.isNaN(songOffset)) return 0;
    const senderOffset = song.songFrame - song.mediaFrame;
    if (senderOffset === this.senderOffset && songOffset === this.slotOffset) return 0;
    const declared = Math.round((view.latencyMs * view.sampleRate) / 1000) + 2 * view.blockFramesMax;
    const { frame } = tap.position;
    const songFrame = (frame + senderOffset) * tap.slotFramesPerSourceFrame;
    const shift = Math.round(songFrame + declared - songOffset - tap.slotFrame(frame));
    if (shift !== this.wanted) {
      this.wanted = shift;
      this.wantedSinceUs = nowUs;
    }
    if (shift !== 0 && nowUs - this.wantedSinceUs < SETTLE_US) return 0;
    const latencyFrames = (view.latencyMs * view.sampleRate) / 1000;
    const earliest = Math.min(0, declared - tap.latencyFrames - SHARE_GIVEN_UP * latencyFrames);
    const total = this.moved + shift;
    const possible = total >= earliest && total <= view.segment.at.ringFrames / 4;
    if (audio !== null) metrics.cells[audio.row + STREAM.timelineOffFrames] = possible ? 0 : shift;
    if (!possible) return 0;
    this.senderOffset = senderOffset;
    this.slotOffset = songOffset;
    this.moved = total;
    return shift;
  }
}
