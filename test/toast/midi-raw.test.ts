import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MidiBatch, readRawMidi } from '../../engine/toast/midi-codec.js';
import { eventsOf, message } from './midi-support.js';
import { fromHex, guarded, toHex } from './wire-support.js';

describe('raw MIDI of base-only peers', () => {
  const raw = (hex: string) => {
    const batch = new MidiBatch(64, 4096);
    const bytes = fromHex(hex);
    const ok = readRawMidi(guarded(bytes, 2, 0xf7).u8, 2, bytes.length, batch);
    return { ok, messages: eventsOf(batch).map((event) => event.bytes), skipped: batch.skipped, batch };
  };
  const cases: [string, string, string[], number][] = [
    ['running status', '903c643d65', ['903c64', '903d65'], 0],
    ['running status of two-byte messages', 'c00102', ['c001', 'c002'], 0],
    ['real-time inside a message', '903cf864', ['f8', '903c64'], 0],
    ['real-time between running messages', '903c64f83d65', ['903c64', 'f8', '903d65'], 0],
    ['system exclusive', 'f07e01f7903c64', ['f07e01f7', '903c64'], 0],
    ['real-time inside system exclusive', 'f07ef801fef7', ['f8', 'fe', 'f07e01f7'], 0],
    ['running status ends at system common', '903c64f6013d65', ['903c64', 'f6'], 1],
    ['running status ends at song position', 'f20102 0304', ['f20102'], 1],
    ['system exclusive cut by another status', 'f00102903c64', ['903c64'], 1],
    ['system exclusive without an end', '903c64f00102', ['903c64'], 1],
    ['a message cut by another', '903c804000', ['804000'], 1],
    ['a message without an end', 'f8903c', ['f8'], 1],
    ['a status without data', 'f890', ['f8'], 1],
    ['data that belongs to nothing', '0102f8', ['f8'], 1],
    ['an end of nothing', 'f7f8', ['f8'], 1],
    ['undefined statuses', 'f4f5f9fdf8', ['f8'], 4],
    ['only damage', '01', [], 1],
    ['nothing', '', [], 0],
  ];
  for (const [name, hex, messages, skipped] of cases) {
    it(name, () => {
      expect(raw(hex.replaceAll(' ', ''))).toMatchObject({
        messages,
        skipped,
        ok: messages.length > 0 || skipped === 0,
      });
    });
  }

  it('is understood as text when it begins with a brace', () => {
    const text = Buffer.from('{"t":"n+","c":1,"n":60,"v":100}').toString('hex');
    const result = raw(text);
    expect(result.messages).toEqual(['903c64']);
    expect(result.batch.hasNumber[0]).toBe(0);
  });

  it('brings back any run of messages, status bytes left out where they may be', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
        const wire: number[] = [];
        let running = 0;
        for (const bytes of messages) {
          const status = bytes[0];
          const shortened = status < 0xf0 && status === running;
          wire.push(...(shortened ? bytes.slice(1) : bytes));
          if (status < 0xf0) running = status;
          else if (status < 0xf8) running = 0;
        }
        const batch = new MidiBatch(64, 8192);
        const bytes = Uint8Array.from(wire);
        readRawMidi(bytes, 0, bytes.length, batch);
        expect(eventsOf(batch).map((event) => event.bytes)).toEqual(
          messages.map((m) => toHex(Uint8Array.from(m))),
        );
        expect(batch.skipped).toBe(0);
      }),
    );
  });
});
