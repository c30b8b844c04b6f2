// A record holds the whole state, if need be in several; nothing that arrives in its shape does harm.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIDI_CHANNELS, MidiState } from '../../engine/midi/midi-state.js';
import {
  isMidiState,
  type MidiRecord,
  midiStateLongSent,
  midiStateNumber,
  readMidiState,
  writeMidiState,
} from '../../engine/midi/midi-state-record.js';
import { described, type Message, soundingKeys } from './midi-world.js';

const OFFSET = 8;

function stateOf(messages: readonly Message[]): MidiState {
  const state = new MidiState();
  for (const bytes of messages) state.follow(Uint8Array.from(bytes), 0, bytes.length);
  return state;
}

interface Told {
  state: MidiState;
  channels: number;
}

function records(state: MidiState, bytesMax: number): Told[] {
  const told: Told[] = [];
  const record: MidiRecord = { channels: 0, bytes: 0, next: 0 };
  for (let channel = 0; channel < MIDI_CHANNELS; channel = record.next) {
    const u8 = new Uint8Array(OFFSET + bytesMax + 64).fill(0xee);
    writeMidiState(u8, OFFSET, bytesMax, 77, 5, state, channel, record);
    expect(record.bytes).toBeLessThanOrEqual(bytesMax);
    expect(u8.subarray(OFFSET + record.bytes).every((byte) => byte === 0xee)).toBe(true);
    expect(isMidiState(u8, OFFSET, record.bytes)).toBe(true);
    expect([midiStateNumber(u8, OFFSET), midiStateLongSent(u8, OFFSET)]).toEqual([77, 5]);
    const read = new MidiState();
    const back: MidiRecord = { channels: 0, bytes: 0, next: 0 };
    expect(readMidiState(u8, OFFSET, record.bytes, read, back)).toBe(true);
    expect(back.channels).toBe(record.channels);
    told.push({ state: read, channels: back.channels });
  }
  return told;
}

const data = fc.integer({ min: 0, max: 127 });
const message = fc
  .tuple(
    fc.constantFrom(0x90, 0x90, 0x80, 0xa0, 0xb0, 0xb0, 0xb0, 0xc0, 0xd0, 0xe0),
    fc.nat({ max: 15 }),
    data,
    data,
  )
  .map(([status, channel, first, second]): Message => [status | channel, first, second]);

describe('state records', () => {
  it('tell every channel once, and all of it', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 400 }), fc.constantFrom(1336, 800), (messages, bytesMax) => {
        const state = stateOf(messages);
        const told = records(state, bytesMax);
        expect(told.reduce((all, { channels }) => all | channels, 0)).toBe(0xffff);
        expect(told.reduce((sum, { channels }) => sum + channels, 0)).toBe(0xffff);
        const keys = soundingKeys(state);
        expect(told.flatMap((record) => soundingKeys(record.state)).sort((a, b) => a - b)).toEqual(keys);
        const lines = told.flatMap((record) => described(record.state, keys));
        expect(lines.sort()).toEqual(described(state, keys).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('of all that sounds and all that can be set stay within a packet each', () => {
    const messages: Message[] = [];
    for (let channel = 0; channel < 16; channel++) {
      for (let i = 0; i < 128; i++) {
        messages.push([0x90 | channel, i, 100], [0xa0 | channel, i, 50]);
        if (i < 120) messages.push([0xb0 | channel, i, 3]);
        messages.push([0xb0 | channel, 101, i & 63], [0xb0 | channel, 100, i & 63], [0xb0 | channel, 6, i]);
      }
    }
    const state = stateOf(messages);
    const told = records(state, 1336);
    expect(told.flatMap((record) => soundingKeys(record.state)).length).toBe(2048);
    // Where even one channel is too much, notes stay whole.
    const small = records(state, 512 - 64);
    expect(small.flatMap((record) => soundingKeys(record.state)).length).toBe(2048);
  });

  it('that are damaged are refused or read, without a byte from outside', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 60 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.nat(),
        (messages, at, by, cut) => {
          const record: MidiRecord = { channels: 0, bytes: 0, next: 0 };
          const u8 = new Uint8Array(2000);
          writeMidiState(u8, 0, 1336, 1, 0, stateOf(messages), 0, record);
          const length = record.bytes - (cut % Math.max(1, record.bytes - 14));
          const bytes = u8.slice(0, length);
          bytes[at % length] ^= by;
          const state = new MidiState();
          if (!readMidiState(bytes, 0, length, state, record)) return;
          expect(state.sounding).toBe(soundingKeys(state).length);
          for (const values of [state.controllers, state.keyPressures, state.programs, state.pressures]) {
            if (values.some((value) => value > 127 && value !== 0xff))
              expect.fail('a value that MIDI has not');
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
