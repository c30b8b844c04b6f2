// A channel mode message that comes late, after newer events were played: as it stands it would cut newer notes,
// or undo newer controllers. What is older than it is put right one by one instead.
import { BEND, CONTROLLER, type EventOrder, KEY_PRESSURE, NOTE, PARAMETER, PRESSURE } from './event-order.js';
import { BEND_CENTRE, type MidiState, RESET_ALL_CONTROLLERS, RESETS, UNKNOWN } from './midi-state.js';
import { RPN_HIGH, RPN_LOW } from './parameter-table.js';

const RELEASE_VELOCITY = 64;

/** Takes one message: status and data; second is -1 for messages of two bytes. */
export type Say = (status: number, first: number, second: number) => void;

/** Says what is left of mode message `number`, which `order` admitted in part. [engine-thread] */
export function sayLateMode(
  state: MidiState,
  order: EventOrder,
  channel: number,
  mode: number,
  number: number,
  say: Say,
): void {
  if (mode === RESET_ALL_CONTROLLERS) sayResets(state, order, channel, number, say);
  else {
    for (let key = 0; key < 128; key++) {
      const cell = channel * 128 + key;
      if (state.notes[cell] === 0 || !order.isOlder(NOTE + cell, number)) continue;
      say(0x80 | channel, key, RELEASE_VELOCITY);
    }
  }
}

function sayResets(state: MidiState, order: EventOrder, channel: number, number: number, say: Say): void {
  for (const [controller, value] of RESETS) {
    const cell = CONTROLLER + channel * 128 + controller;
    if (order.isOlder(cell, number)) say(0xb0 | channel, controller, value);
  }
  if (order.isOlder(PARAMETER + channel, number)) {
    say(0xb0 | channel, RPN_HIGH, 127);
    say(0xb0 | channel, RPN_LOW, 127);
  }
  if (order.isOlder(PRESSURE + channel, number)) say(0xd0 | channel, 0, -1);
  if (order.isOlder(BEND + channel, number)) say(0xe0 | channel, BEND_CENTRE & 127, BEND_CENTRE >> 7);
  for (let key = 0; key < 128; key++) {
    const cell = channel * 128 + key;
    const pressed = state.keyPressures[cell] !== UNKNOWN && state.keyPressures[cell] !== 0;
    if (pressed && order.isOlder(KEY_PRESSURE + cell, number)) say(0xa0 | channel, key, 0);
  }
}
