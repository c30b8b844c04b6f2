// Puts the parameters of one MIDI channel right: each that differs is selected and set as a whole, and at the end
// what the sender has selected is selected again, its pair of controllers last.
import { type MidiState, SELECTION, UNKNOWN } from './midi-state.js';
import {
  DATA_HIGH,
  DATA_LOW,
  DECREMENT,
  INCREMENT,
  NRPN_HIGH,
  NRPN_LOW,
  PARAMETERS_MAX,
  RPN_HIGH,
  RPN_LOW,
} from './parameter-table.js';

/** Plays one controller message, which `mine` follows. */
export type SayControl = (controller: number, value: number) => void;

/** [engine-thread] */
export function healParameters(mine: MidiState, theirs: MidiState, channel: number, say: SayControl): void {
  const first = channel * PARAMETERS_MAX;
  for (let entry = first; entry < first + PARAMETERS_MAX; entry++) {
    if (theirs.parameters.isSet(entry)) healParameter(mine, theirs, channel, entry, say);
  }
  const kind = theirs.selections[channel];
  if (kind === UNKNOWN) return;
  const [other, last] = kind === SELECTION.nrpn ? [RPN, NRPN] : [NRPN, RPN];
  for (const pair of [other, last]) {
    const again = pair === last && mine.selections[channel] !== kind;
    for (const controller of pair) {
      const value = theirs.controllers[channel * 128 + controller];
      if (value === UNKNOWN) continue;
      if (again || value !== mine.controllers[channel * 128 + controller]) say(controller, value);
    }
  }
}

const RPN = [RPN_HIGH, RPN_LOW];
const NRPN = [NRPN_HIGH, NRPN_LOW];

function healParameter(
  mine: MidiState,
  theirs: MidiState,
  channel: number,
  entry: number,
  say: SayControl,
): void {
  const number = theirs.parameters.numbers[entry];
  const high = theirs.parameters.high[entry];
  const low = theirs.parameters.low[entry];
  const known = mine.parameters.find(channel, number);
  const same = known >= 0 && isSame(mine, known, high, low);
  const buttons = theirs.parameters.buttons[entry] - (same ? mine.parameters.buttons[known] : 0);
  if (same && buttons === 0) return;
  const [highControl, lowControl] = number >> 14 === SELECTION.nrpn ? NRPN : RPN;
  say(highControl, (number >> 7) & 127);
  say(lowControl, number & 127);
  if (!same && high !== UNKNOWN) say(DATA_HIGH, high);
  if (!same && low !== UNKNOWN) say(DATA_LOW, low);
  for (let i = 0; i < Math.abs(buttons); i++) say(buttons > 0 ? INCREMENT : DECREMENT, 0);
}

function isSame(mine: MidiState, entry: number, high: number, low: number): boolean {
  return mine.parameters.high[entry] === high && mine.parameters.low[entry] === low;
}
