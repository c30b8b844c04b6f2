import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { MidiBatch, readMidiBody, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { isMidiMessage, midiMessageBytes } from '../../engine/toast/midi-message.js';
import { anyEvent, batchOf, type Event, eventsOf } from './midi-support.js';
import { fromHex, golden, guarded, toHex } from './wire-support.js';

const BINARY = 0;
const JSON_FORMAT = 1;
const COMPACT = 2;
const FORMATS = [BINARY, JSON_FORMAT, COMPACT];

interface GoldenMidi {
  messages: { name: string; bytes: string; text: string }[];
  binary: { hex: string; events: Event[] };
  compact: { text: string };
  json: { text: string };
}
const examples = golden<GoldenMidi>('midi-bodies');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function write(
  format: number,
  events: readonly Event[],
  bodyBytesMax = 60000,
): { body: Uint8Array; next: number } {
  const slab = new ByteSlab(65536);
  const out = { bytes: -1, next: -1 };
  writeMidiBody(format, slab, 100, bodyBytesMax, batchOf(events), 0, out);
  expect(slab.u8.subarray(0, 100).every((byte) => byte === 0)).toBe(true);
  expect(slab.u8.subarray(100 + out.bytes).every((byte) => byte === 0)).toBe(true);
  return { body: slab.u8.slice(100, 100 + out.bytes), next: out.next };
}

function read(
  format: number,
  body: Uint8Array,
): { ok: boolean; events: Event[]; skipped: number; batch: MidiBatch } {
  const batch = new MidiBatch(256, 1 << 17);
  const ok = readMidiBody(format, guarded(body, 3, 0x7b).u8, 3, body.length, batch);
  return { ok, events: eventsOf(batch), skipped: batch.skipped, batch };
}

const readText = (text: string) => read(COMPACT, encode(text));

describe('golden MIDI bodies', () => {
  for (const { name, bytes, text } of examples.messages) {
    it(`${name} has this text and no other`, () => {
      const line = text.replace(/}$/, ',"seq":7,"f":-1}');
      const event = { number: 7, frame: -1, bytes };
      expect(new TextDecoder().decode(write(COMPACT, [event]).body)).toBe(line);
      expect(new TextDecoder().decode(write(JSON_FORMAT, [event]).body)).toBe(`[${line}]`);
      expect(readText(line).events).toEqual([event]);
      expect(readText(text).events).toEqual([{ number: 0, frame: 0, bytes }]);
      expect(read(JSON_FORMAT, encode(text)).events).toEqual([{ number: 0, frame: 0, bytes }]);
    });
  }

  it('in every format, both ways', () => {
    const { events, hex } = examples.binary;
    expect(toHex(write(BINARY, events).body)).toBe(hex);
    expect(new TextDecoder().decode(write(COMPACT, events).body)).toBe(examples.compact.text);
    expect(new TextDecoder().decode(write(JSON_FORMAT, events).body)).toBe(examples.json.text);
    expect(read(BINARY, fromHex(hex)).events).toEqual(events);
    expect(readText(examples.compact.text).events).toEqual(events);
    expect(read(JSON_FORMAT, encode(examples.json.text)).events).toEqual(events);
  });

  it('cover every status of MIDI 1.0', () => {
    const kinds = examples.messages.map(({ bytes }) => fromHex(bytes)[0]);
    for (let status = 0x80; status < 0x100; status++) {
      const defined = midiMessageBytes(status) >= 0;
      const shown = kinds.some((kind) => (status < 0xf0 ? kind >>> 4 === status >>> 4 : kind === status));
      expect(shown, status.toString(16)).toBe(defined);
    }
  });
});

describe('MIDI bodies', () => {
  it('bring back every event, in every format', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...FORMATS),
        (events, format) => {
          const { body, next } = write(format, events);
          const result = read(format, body);
          expect(next).toBe(events.length);
          expect(result.ok).toBe(true);
          expect(result.events).toEqual(events);
          expect(result.skipped).toBe(0);
          expect([...result.batch.hasNumber.subarray(0, events.length)].every((flag) => flag === 1)).toBe(
            true,
          );
          if (format === COMPACT) {
            for (const line of new TextDecoder().decode(body).split('\n')) JSON.parse(line);
          } else if (format === JSON_FORMAT) JSON.parse(new TextDecoder().decode(body));
        },
      ),
    );
  });

  it('are filled to the last event that fits, and go on with the next', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...FORMATS),
        fc.integer({ min: 0, max: 700 }),
        (events, format, bodyBytesMax) => {
          const { body, next } = write(format, events, bodyBytesMax);
          expect(body.length).toBeLessThanOrEqual(bodyBytesMax);
          expect(read(format, body).events).toEqual(events.slice(0, next));
          if (next < events.length) {
            expect(write(format, events.slice(0, next + 1)).body.length).toBeGreaterThan(bodyBytesMax);
          }
          if (next === 0) expect(body.length).toBe(0);
        },
      ),
    );
  });

  it('of one long message are written whole into a bigger slab', () => {
    const long = [0xf0, ...Array.from({ length: 65000 }, (_, i) => i & 127), 0xf7];
    const event = { number: 3, frame: 4, bytes: toHex(Uint8Array.from(long)) };
    const batch = batchOf([event, event]);
    for (const format of FORMATS) {
      const slab = new ByteSlab(4 * 65536);
      const out = { bytes: 0, next: 0 };
      writeMidiBody(format, slab, 8, 4 * 65536 - 8, batch, 1, out);
      expect(out.bytes).toBeGreaterThan(65000);
      expect(out.next).toBe(2);
      expect(read(format, slab.u8.slice(8, 8 + out.bytes)).events).toEqual([event]);
      writeMidiBody(format, slab, 8, out.bytes - 1, batch, 1, out);
      expect(out).toEqual({ bytes: 0, next: 1 });
    }
  });

  it('pass over what is not one whole message', () => {
    for (const bytes of [
      '',
      '3c',
      '903c',
      '903c6400',
      '90ff00',
      'f0',
      'f001',
      'f0f7f7',
      'f080f7',
      'f7',
      'f4',
      'fd',
    ]) {
      const raw = fromHex(bytes);
      expect(isMidiMessage(raw, 0, raw.length), bytes).toBe(false);
      const batch = batchOf([
        { number: 0, frame: 0, bytes },
        { number: 1, frame: 0, bytes: 'f8' },
      ]);
      const out = { bytes: 0, next: 0 };
      for (const format of FORMATS) {
        const slab = new ByteSlab(256);
        batch.skipped = 0;
        writeMidiBody(format, slab, 0, 256, batch, 0, out);
        expect([out.next, batch.skipped]).toEqual([2, 1]);
        expect(read(format, slab.u8.slice(0, out.bytes)).events).toEqual([
          { number: 1, frame: 0, bytes: 'f8' },
        ]);
      }
    }
  });

  it('fill a batch to its limits and count the rest', () => {
    const events = Array.from({ length: 9 }, (_, number) => ({ number, frame: 0, bytes: 'f001f7' }));
    for (const format of FORMATS) {
      const { body } = write(format, events);
      for (const batch of [new MidiBatch(4, 1000), new MidiBatch(100, 14)]) {
        expect(readMidiBody(format, body, 0, body.length, batch)).toBe(true);
        expect([batch.count, batch.skipped]).toEqual([4, 5]);
      }
    }
  });
});

describe('BINARY bodies', () => {
  it('whose lengths do not add up are refused whole', () => {
    const bytes = fromHex(examples.binary.hex);
    for (let length = 1; length < bytes.length; length++) {
      if (length === 13) continue; // the first event alone
      expect(read(BINARY, bytes.slice(0, length))).toMatchObject({ ok: false, events: [] });
    }
    expect(read(BINARY, new Uint8Array(0))).toMatchObject({ ok: true, events: [] });
  });

  it('may end with a message of any length, which takes all the rest', () => {
    const long = `f0${'5a'.repeat(70000)}f7`;
    const { ok, events } = read(BINARY, fromHex(`00000000000000000100f800000000070000000000${long}`));
    expect(ok).toBe(true);
    expect(events.at(-1)).toMatchObject({ number: 0, frame: 7, bytes: long });
    expect(events.length).toBe(2);
  });

  it('may hold an event that is no MIDI: it is skipped', () => {
    const good = '00000000000000000100f8';
    expect(read(BINARY, fromHex(`00000000000000000200903c${good}`))).toMatchObject({ ok: true, skipped: 1 });
    expect(read(BINARY, fromHex('00000000000000000000')).ok).toBe(false);
  });
});

describe('text bodies', () => {
  const note = { number: 5, frame: 6, bytes: '903c64' };

  it('may order, space and decorate their keys as they like', () => {
    const members = ['"t":"n+"', '"c":1', '"n":60', '"v":100', '"seq":5', '"f":6'];
    const extras = [
      '"ts":1720000000123456',
      '"x":{"t":"n-","d":[1,{"c":[]}]}',
      '"sid":"a\\"}b"',
      '"z":null',
      '"":-1e9',
    ];
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...members, ...extras], { minLength: 11 }),
        fc.constantFrom('', ' ', '\t', ' \r '),
        (order, space) => {
          const line = `${space}{${space}${order.map((m) => m.replace(/":/, `"${space}:${space}`)).join(`${space},${space}`)}}${space}`;
          expect(readText(line).events).toEqual([note]);
          expect(read(JSON_FORMAT, encode(`[${line},\n${line}]`)).events).toEqual([note, note]);
        },
      ),
    );
  });

  it('are read line by line: LF or CRLF, blank lines, no last line end needed', () => {
    const line = '{"t":"n+","c":1,"n":60,"v":100,"seq":5,"f":6}';
    for (const text of [`${line}\r\n${line}\r\n`, `\n\n${line}\n \n${line}`, `${line}\n${line}\n\r\n`]) {
      expect(readText(text)).toMatchObject({ ok: true, events: [note, note], skipped: 0 });
    }
    expect(readText('')).toMatchObject({ ok: true, events: [] });
    expect(readText(' \n\r\n')).toMatchObject({ ok: true, events: [], skipped: 0 });
  });

  it('may write whole numbers as JSON allows', () => {
    const text =
      '{"t":"n+","c":1.0,"n":6e1,"v":1000e-1,"seq":5.0e0,"f":600e-2}\n{"t":"rt","d":[248.0],"f":-0}';
    expect(readText(text)).toMatchObject({
      skipped: 0,
      events: [note, { number: 0, frame: 0, bytes: 'f8' }],
    });
    const far = '{"t":"rt","d":[248],"seq":4294967295,"f":-2147483648}';
    expect(readText(far).events).toEqual([{ number: 0xffffffff, frame: -0x80000000, bytes: 'f8' }]);
  });

  it('without numbers say so', () => {
    const { batch } = readText('{"t":"rt","d":[248]}\n{"t":"rt","d":[248],"seq":0}');
    expect([...batch.hasNumber.subarray(0, 2)]).toEqual([0, 1]);
  });

  const bad = [
    'nonsense',
    '{}',
    '[]',
    '{"t":"n+"}',
    '{"t":"xx","c":1,"n":1,"v":1}',
    '{"t":"n+","c":0,"n":1,"v":1}',
    '{"t":"n+","c":17,"n":1,"v":1}',
    '{"t":"n+","c":1,"n":128,"v":1}',
    '{"t":"n+","c":1,"n":1,"v":-1}',
    '{"t":"n+","c":1,"n":1.5,"v":1}',
    '{"t":"n+","c":1,"n":"1","v":1}',
    '{"t":"n+","c":1,"n":1}',
    '{"t":"n+","c":1,"n":1,"v":1',
    '{"t":"n+","c":1,"n":1,"v":1}}',
    '{"t":"n+","c":1,"n":1,"v":1,}',
    '{"t":"n+","c":1,"n":1,"v":1,"seq":4294967296}',
    '{"t":"n+","c":1,"n":1,"v":1,"seq":-1}',
    '{"t":"n+","c":1,"n":1,"v":1,"f":2147483648}',
    '{"t":"n+","c":1,"n":1,"v":1,"f":-2147483649}',
    '{"t":"n+","c":1,"n":1,"v":1,"f":0.5}',
    '{"t":"n+","c":1,"n":1,"v":1,"f":--1}',
    '{"t":"n+","c":1,"n":1,"v":1,"f":- 1}',
    '{"t":"n+","c":1,"n":01,"v":1}',
    '{"t":"pb","c":1,"b":16384}',
    '{"t":"pb","b":1}',
    '{"t":"tc","val":128}',
    '{"t":"tc"}',
    '{"t":"sx","d":[]}',
    '{"t":"sx","d":[240]}',
    '{"t":"sx","d":[240,128,247]}',
    '{"t":"sx","d":[240,256,247]}',
    '{"t":"sx","d":[144,1,1]}',
    '{"t":"sx"}',
    '{"t":"rt","d":[241,1]}',
    '{"t":"rt","d":[240,247]}',
    '{"t":"rt","d":[144,1,1]}',
    '{"t":"rt","d":[244]}',
    '{"t":"rt","d":[248,248]}',
    '{"t":"rt","d":{"0":248}}',
  ];
  for (const line of bad) {
    it(`skip ${line} and keep the rest`, () => {
      const good = '{"t":"n+","c":1,"n":60,"v":100,"seq":5,"f":6}';
      expect(readText(`${good}\n${line}\n${good}`)).toMatchObject({
        ok: true,
        events: [note, note],
        skipped: 1,
      });
      expect(readText(line)).toMatchObject({ ok: false, events: [], skipped: 1 });
    });
  }

  it('as JSON keep the good objects of a well-formed array, and nothing of a broken one', () => {
    const good = '{"t":"n+","c":1,"n":60,"v":100,"seq":5,"f":6}';
    const one = read(JSON_FORMAT, encode(`[${good},{"t":"??","c":"x"},${good}]`));
    expect(one).toMatchObject({ ok: true, events: [note, note], skipped: 1 });
    for (const text of [
      `[${good}`,
      `[${good},]`,
      `${good}${good}`,
      `[${good}] x`,
      '',
      '[[]]',
      `[${good} ${good}]`,
    ]) {
      expect(read(JSON_FORMAT, encode(text)), text).toMatchObject({ ok: false, events: [], skipped: 1 });
    }
    expect(read(JSON_FORMAT, encode(' [ ] '))).toMatchObject({ ok: true, events: [] });
  });
});
