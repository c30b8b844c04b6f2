// MIDI events as the tests speak of them: plain objects, messages in hex.
import fc from 'fast-check';
import { MidiBatch } from '../../engine/toast/midi-codec.js';
import { fromHex, toHex } from './wire-support.js';

export interface Event {
  number: number;
  frame: number;
  bytes: string;
}
export function batchOf(events: readonly Event[], capacity = 256): MidiBatch {
  const batch = new MidiBatch(capacity, 1 << 20);
  for (const { number, frame, bytes } of events) {
    const message = fromHex(bytes);
    if (!batch.push(frame, number, message, 0, message.length)) throw new Error('the batch is too small');
  }
  return batch;
}

export function eventsOf(batch: MidiBatch): Event[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    number: batch.eventNumber[i],
    frame: batch.frameOffset[i],
    bytes: toHex(batch.bytes.slice(batch.byteOffset[i], batch.byteOffset[i] + batch.byteLength[i])),
  }));
}

const data = fc.integer({ min: 0, max: 127 });
const sysex = fc.array(data, { maxLength: 40 }).map((bytes) => [0xf0, ...bytes, 0xf7]);
/** Every message of MIDI 1.0. */
export const message: fc.Arbitrary<number[]> = fc.oneof(
  fc.tuple(fc.integer({ min: 0x80, max: 0xbf }), data, data),
  fc.tuple(fc.integer({ min: 0xc0, max: 0xdf }), data),
  fc.tuple(fc.integer({ min: 0xe0, max: 0xef }), data, data),
  fc.tuple(fc.constant(0xf2), data, data),
  fc.tuple(fc.constantFrom(0xf1, 0xf3), data),
  fc.tuple(fc.constantFrom(0xf6, 0xf8, 0xfa, 0xfb, 0xfc, 0xfe, 0xff)),
  sysex,
);
export const anyEvent: fc.Arbitrary<Event> = fc.record({
  number: fc.integer({ min: 0, max: 0xffffffff }),
  frame: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  bytes: message.map((bytes) => toHex(Uint8Array.from(bytes))),
});
