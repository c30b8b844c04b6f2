// A state record corrects what was lost, and never what happened after it, or will still arrive.
import { describe, expect, it } from 'vitest';
import { SequenceWindow } from '../../engine/dedup/sequence-window.js';
import { ADMITTED, EventOrder } from '../../engine/midi/event-order.js';
import { heal } from '../../engine/midi/midi-heal.js';
import { MidiState } from '../../engine/midi/midi-state.js';
import { ParameterGuard } from '../../engine/midi/parameter-guard.js';

/** A receiver that plays what `admit` lets through. */
class Receiver {
  readonly state = new MidiState();
  readonly order = new EventOrder();
  readonly guard = new ParameterGuard(new SequenceWindow(1024));

  take(number: number, ...bytes: number[]): boolean {
    const message = Uint8Array.from(bytes);
    if (this.order.admit(message, 0, message.length, number) !== ADMITTED.whole) return false;
    this.state.follow(message, 0, message.length);
    return true;
  }

  healFrom(theirs: MidiState, number: number): number[][] {
    const messages: number[][] = [];
    heal(this, theirs, 0xffff, number, new Uint8Array(4), (bytes, length) =>
      messages.push([...bytes.subarray(0, length)]),
    );
    return messages;
  }
}

function stateAfter(...messages: number[][]): MidiState {
  const state = new MidiState();
  for (const bytes of messages) state.follow(Uint8Array.from(bytes), 0, bytes.length);
  return state;
}

describe('healing', () => {
  it('ends a note whose end was lost, and sets what was lost', () => {
    const receiver = new Receiver();
    receiver.take(1, 0x90, 60, 100);
    const theirs = stateAfter([0x90, 60, 100], [0x80, 60, 0], [0xb1, 7, 90], [0xc1, 5], [0xe1, 3, 64]);
    expect(receiver.healFrom(theirs, 5)).toEqual([
      [0x80, 60, 64],
      [0xb1, 7, 90],
      [0xc1, 5],
      [0xe1, 3, 64],
    ]);
    expect(receiver.healFrom(theirs, 5)).toEqual([]);
  });

  it('takes the place of the event it stands for: that one is stale when it arrives after all', () => {
    const receiver = new Receiver();
    receiver.healFrom(stateAfter([0xb0, 7, 90]), 3);
    expect(receiver.take(2, 0xb0, 7, 90)).toBe(false);
    expect(receiver.take(4, 0xb0, 7, 91)).toBe(true);
  });

  it('leaves alone what a newer reset has cleared', () => {
    const receiver = new Receiver();
    receiver.take(1, 0xb0, 7, 90);
    receiver.take(2, 0xe0, 1, 2);
    receiver.take(3, 0xb0, 121, 0);
    expect(receiver.healFrom(stateAfter([0xb0, 7, 90], [0xe0, 1, 2]), 2)).toEqual([]);
  });
});

describe('event order', () => {
  it('a note-on from before all notes off does not sound', () => {
    const receiver = new Receiver();
    receiver.take(5, 0xb0, 123, 0);
    expect(receiver.take(4, 0x90, 60, 100)).toBe(false);
    expect(receiver.take(6, 0x90, 60, 100)).toBe(true);
    expect(receiver.take(3, 0x91, 60, 100)).toBe(true);
  });
});
