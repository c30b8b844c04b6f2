// Data entry changes whatever parameter was selected before: where the selection may have been lost, the message
// would set another parameter, and nobody could know to what to set it back. So it is held back where an event
// before it is missing, until both halves of a selection have come, or the sender's state record has told.
import type { SequenceWindow } from '../dedup/sequence-window.js';
import { sequenceAdd, sequenceDistance } from '../toast/sequence.js';
import { MIDI_CHANNELS } from './midi-state.js';
import { NRPN_LOW } from './parameter-table.js';

export class ParameterGuard {
  /** The selection of a channel is known up to this event; streams begin with event 1. */
  private readonly knownAt = new Uint32Array(MIDI_CHANNELS);
  private readonly known = new Uint8Array(MIDI_CHANNELS).fill(1);
  /** Where the selection that is known began: older ones no longer matter. */
  private readonly beganAt = new Uint32Array(MIDI_CHANNELS);
  /** The newest event of each of controllers 98..101. */
  private readonly halves = new Uint32Array(MIDI_CHANNELS * 4);
  private readonly seen = new Uint8Array(MIDI_CHANNELS * 4);

  /** @param events the numbers of all events that arrived */
  constructor(private readonly events: SequenceWindow) {}

  /** May a data entry be played? [engine-thread] */
  admitData(channel: number, number: number): boolean {
    return this.follow(channel, number);
  }

  /** A selection is played. [engine-thread] */
  select(channel: number, controller: number, number: number): void {
    const half = channel * 4 + controller - NRPN_LOW;
    const other = half ^ 1;
    const paired = this.seen[other] !== 0 && this.wholeUpTo(this.halves[other], number) === number;
    if (!this.follow(channel, number) && paired) {
      this.known[channel] = 1;
      this.knownAt[channel] = number;
      this.beganAt[channel] = this.halves[other];
    }
    this.halves[half] = number;
    this.seen[half] = 1;
  }

  /** A selection came too late to be played. [engine-thread] */
  miss(channel: number, controller: number, number: number): void {
    this.forget(channel * 4 + controller - NRPN_LOW, number);
    if (sequenceDistance(number, this.beganAt[channel]) > 0) this.known[channel] = 0;
  }

  /** "Reset all controllers" came too late to select no parameter. [engine-thread] */
  missReset(channel: number, number: number): void {
    for (let half = channel * 4; half < channel * 4 + 4; half++) this.forget(half, number);
    if (sequenceDistance(number, this.beganAt[channel]) > 0) this.known[channel] = 0;
  }

  /** As of event `number` the selection is the sender's. [engine-thread] */
  confirm(channel: number, number: number): void {
    for (let half = channel * 4; half < channel * 4 + 4; half++) {
      if (this.seen[half] !== 0 && sequenceDistance(this.halves[half], number) > 0) continue;
      this.halves[half] = number;
      this.seen[half] = 1;
    }
    if (this.known[channel] !== 0 && sequenceDistance(this.knownAt[channel], number) > 0) return;
    this.known[channel] = 1;
    this.knownAt[channel] = number;
    this.beganAt[channel] = number;
  }

  /** A half that was played before something that should have replaced it. */
  private forget(half: number, number: number): void {
    if (sequenceDistance(number, this.halves[half]) > 0) this.seen[half] = 0;
  }

  /** Goes on from the known selection as far as events have arrived; true when that is up to `number`. */
  private follow(channel: number, number: number): boolean {
    if (this.known[channel] === 0) return false;
    this.knownAt[channel] = this.wholeUpTo(this.knownAt[channel], number);
    return this.knownAt[channel] === number;
  }

  /** The last event before the first missing one after `from`; `to` when none is missing before it. */
  private wholeUpTo(from: number, to: number): number {
    const between = sequenceDistance(to, from) - 1;
    let at = between > this.events.size ? sequenceAdd(to, -this.events.size) : from;
    for (let next = sequenceAdd(at, 1); next !== to; next = sequenceAdd(next, 1)) {
      if (sequenceDistance(to, next) <= 0) return from;
      if (!this.events.has(next)) return at;
      at = next;
    }
    return to;
  }
}
