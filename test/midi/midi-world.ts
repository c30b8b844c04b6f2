// A sender and a receiver of MIDI events, without time: packets are slices of the sender's past, as journals are,
// and records of its state. What arrives, how often and in which order is up to the test.
import { expect } from 'vitest';
import { MetricsSlab } from '../../engine/base/metrics-slab.js';
import { heal } from '../../engine/midi/midi-heal.js';
import { MidiReceiveStream, makeReceiveBatch } from '../../engine/midi/midi-receive-stream.js';
import { BEND_UNKNOWN, MidiState, UNKNOWN } from '../../engine/midi/midi-state.js';
import { PARAMETERS_MAX, type ParameterTable } from '../../engine/midi/parameter-table.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { MidiBatch, readMidiBody, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { PAYLOAD_FORMAT } from '../../engine/toast/types.js';

export type Message = readonly number[];

/** Events [from, to) of the sender's, counted from 0; the record: the state after so many. */
export type Packet = { readonly from: number; readonly to: number } | { readonly stateAfter: number };

// One for all worlds: they are large, and used within one call only.
const metrics = new MetricsSlab();
const row = metrics.takeStreamRow();
const slab = new ByteSlab(65536);
const outgoing = new MidiBatch(256, 65536);
const incoming = makeReceiveBatch();
const keep = new Uint8Array(incoming.capacity);
const order = new Uint16Array(incoming.capacity);

export class MidiWorld {
  readonly stream = new MidiReceiveStream(metrics, row);
  /** Messages in the order in which they are played; those of the sender with their number. */
  readonly played: { number: number; bytes: number[] }[] = [];

  constructor(readonly events: readonly Message[]) {
    this.stream.journalled = true;
  }

  arrive(packet: Packet): void {
    if ('stateAfter' in packet) this.healAfter(packet.stateAfter);
    else this.take(packet.from, packet.to);
  }

  stateAfter(count: number): MidiState {
    const state = new MidiState();
    for (const bytes of this.events.slice(0, count)) state.follow(Uint8Array.from(bytes), 0, bytes.length);
    return state;
  }

  private take(from: number, to: number): void {
    outgoing.clear();
    for (let i = to - 1; i >= from; i--) {
      outgoing.push(0, i + 1, Uint8Array.from(this.events[i]), 0, this.events[i].length);
    }
    const out = { bytes: 0, next: 0 };
    writeMidiBody(PAYLOAD_FORMAT.binary, slab, 0, 65536, outgoing, 0, out);
    const known = outgoing.count;
    readMidiBody(PAYLOAD_FORMAT.binary, slab.u8, 0, out.bytes, incoming);
    this.stream.sift(incoming, keep, order, PAYLOAD_FORMAT.binary);
    for (let k = 0; k < incoming.count; k++) {
      const i = order[k];
      if (keep[i] === 0) continue;
      const start = incoming.byteOffset[i];
      const bytes = [...incoming.bytes.subarray(start, start + incoming.byteLength[i])];
      this.played.push({ number: i < known ? incoming.eventNumber[i] : 0, bytes });
    }
  }

  private healAfter(count: number): void {
    heal(this.stream, this.stateAfter(count), 0xffff, count, new Uint8Array(4), (bytes, length) =>
      this.played.push({ number: 0, bytes: [...bytes.subarray(0, length)] }),
    );
  }
}

/** What a synthesizer is after these messages. */
export function followed(messages: readonly { readonly bytes: readonly number[] }[]): MidiState {
  const state = new MidiState();
  for (const { bytes } of messages) state.follow(Uint8Array.from(bytes), 0, bytes.length);
  return state;
}

/** All that a state record restores, one line for each thing known. @param heard keys that sound in both */
export function described(state: MidiState, heard: readonly number[]): string[] {
  const lines = parametersOf(state);
  const say = (name: string, at: number, value: number, unknown: number) => {
    if (value !== unknown) lines.push(`${name} ${at >> 7} ${at & 127}: ${value}`);
  };
  for (let cell = 0; cell < 2048; cell++) {
    const isBank = (cell & 127) === 0 || (cell & 127) === 32;
    // No bank is the first bank.
    say('controller', cell, bankless(isBank, state.controllers[cell]), UNKNOWN);
  }
  for (let channel = 0; channel < 16; channel++) {
    const bank = [state.programBanksHigh[channel], state.programBanksLow[channel]];
    const program = state.programs[channel];
    const [high, low] = bank.map((value) => (value === UNKNOWN ? 0 : value));
    if (program !== UNKNOWN) say('program', channel * 128, (high << 14) | (low << 7) | program, -1);
    say('pressure', channel * 128, state.pressures[channel], UNKNOWN);
    say('bend', channel * 128, state.bends[channel], BEND_UNKNOWN);
    say('selection', channel * 128, state.selections[channel], UNKNOWN);
  }
  for (const key of heard) say('key pressure', key, state.keyPressures[key], UNKNOWN);
  return lines;
}

function bankless(isBank: boolean, value: number): number {
  return isBank && value === 0 ? UNKNOWN : value;
}

function parametersOf(state: MidiState): string[] {
  const { parameters } = state;
  return Array.from({ length: 16 * PARAMETERS_MAX }, (_, entry) => entry)
    .filter((entry) => parameters.isSet(entry) && !isAsItWas(parameters, entry))
    .map((entry) =>
      [
        Math.floor(entry / PARAMETERS_MAX),
        parameters.numbers[entry],
        parameters.high[entry],
        parameters.low[entry],
        parameters.buttons[entry],
      ].join(),
    )
    .sort();
}

/** Moved up as often as down. */
function isAsItWas(parameters: ParameterTable, entry: number): boolean {
  const set = parameters.high[entry] !== UNKNOWN || parameters.low[entry] !== UNKNOWN;
  return !set && parameters.buttons[entry] === 0;
}

export function soundingKeys(state: MidiState): number[] {
  return Array.from(state.notes, (velocity, key) => (velocity > 0 ? key : -1)).filter((key) => key >= 0);
}

/** The receiver, and a synthesizer behind it, are what the sender is. */
export function expectSettled(world: MidiWorld): void {
  const theirs = world.stateAfter(world.events.length);
  const mine = followed(world.played);
  const heard = soundingKeys(mine);
  const theirKeys = new Set(soundingKeys(theirs));
  expect(heard.filter((key) => !theirKeys.has(key))).toEqual([]);
  expect(described(mine, heard)).toEqual(described(theirs, heard));
  expect(described(world.stream.state, heard)).toEqual(described(mine, heard));
  const numbers = world.played.map(({ number }) => number).filter((number) => number > 0);
  expect(new Set(numbers).size).toBe(numbers.length);
}
