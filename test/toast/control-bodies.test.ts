import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import {
  type DiscoveryBody,
  type DiscoveryStream,
  readDiscoveryBody,
  writeDiscoveryBody,
} from '../../engine/toast/discovery-body.js';
import { readSyncBody, writeSyncBody } from '../../engine/toast/sync-body.js';
import {
  readTransportBody,
  TRANSPORT_COMMANDS,
  type TransportBody,
  writeTransportBody,
} from '../../engine/toast/transport-body.js';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const name = fc.string({ unit: fc.constantFrom(...'abcÄß音🎹 "\\/<>'), maxLength: 64 });

const audioStream: fc.Arbitrary<DiscoveryStream> = fc.record({
  kind: fc.constant('audio' as const),
  channel: fc.integer({ min: 1, max: 64 }),
  epoch: u32,
  sampleRate: fc.integer({ min: 8000, max: 384000 }),
  channels: fc.integer({ min: 1, max: 64 }),
  blockFrames: fc.integer({ min: 0, max: 65536 }),
  format: fc.constantFrom('f32', 's24', 's16'),
});
const midiStream = audioStream.map((stream) => ({
  ...stream,
  kind: 'midi' as const,
  channels: 0,
  format: 'compact',
}));
const discovery: fc.Arbitrary<DiscoveryBody> = fc.record({
  name,
  session: name,
  software: fc.constantFrom('jambridge 0.1.0', ''),
  leaving: fc.boolean(),
  streams: fc.array(fc.oneof(audioStream, midiStream), { maxLength: 20 }),
});

describe('discovery bodies', () => {
  it('say after the wire what was announced', () => {
    fc.assert(
      fc.property(discovery, (body) => {
        expect(readDiscoveryBody(writeDiscoveryBody(body))).toEqual(body);
      }),
    );
  });

  it('have the agreed form', () => {
    const stream = {
      kind: 'audio',
      channel: 3,
      epoch: 9,
      sampleRate: 48000,
      channels: 2,
      blockFrames: 64,
      format: 'f32',
    } as const;
    const body = { name: 'a', session: 's', software: 'x', leaving: false, streams: [stream] };
    const text = `{"name":"a","session":"s","version":2,"software":"x","streams":[${JSON.stringify(stream)}]}`;
    expect(new TextDecoder().decode(writeDiscoveryBody(body))).toBe(text);
    expect(new TextDecoder().decode(writeDiscoveryBody({ ...body, leaving: true }))).toContain(
      '"leaving":true',
    );
  });

  it('leave out streams that make no sense, and keep the others', () => {
    const good = {
      kind: 'audio',
      channel: 3,
      epoch: 9,
      sampleRate: 48000,
      channels: 2,
      blockFrames: 64,
      format: 'f32',
    };
    const bad = [
      null,
      7,
      [],
      { ...good, kind: 'video' },
      { ...good, channel: 0 },
      { ...good, channel: 1.5 },
      { ...good, channels: 0 },
      { ...good, sampleRate: 1 },
      { ...good, epoch: -1 },
      { ...good, format: 3 },
      { ...good, blockFrames: '64' },
    ];
    const read = readDiscoveryBody(
      encode({ name: 'a', session: 's', version: 2, streams: [...bad, good, {}] }),
    );
    expect(read?.streams).toEqual([good]);
    const many = { name: 'a', session: 's', version: 2, streams: Array.from({ length: 300 }, () => good) };
    expect(readDiscoveryBody(encode(many))?.streams.length).toBe(256);
  });

  it('print harmlessly', () => {
    const body = { name: `\u001b[2J${'x'.repeat(100)}`, session: 'a\u202eb\u0000', version: 2 };
    expect(readDiscoveryBody(encode(body))).toMatchObject({
      name: `[2J${'x'.repeat(61)}`,
      session: 'ab',
      streams: [],
    });
  });

  it('of another kind are refused', () => {
    const whole = { name: 'a', session: 's', version: 2, software: '', streams: [] };
    expect(readDiscoveryBody(encode(whole))).not.toBeNull();
    for (const other of [
      { ...whole, version: 1 },
      { ...whole, name: 3 },
      { ...whole, session: undefined },
      [whole],
      null,
      2,
    ]) {
      expect(readDiscoveryBody(encode(other))).toBeNull();
    }
    expect(readDiscoveryBody(new TextEncoder().encode('JAM_TOAST_v2_DISCOVERY'))).toBeNull();
    expect(readDiscoveryBody(Uint8Array.of(0x22, 0xff, 0x22))).toBeNull();
    expect(readDiscoveryBody(encode({ ...whole, more: 'x'.repeat(70000) }))).toBeNull();
    expect(
      readDiscoveryBody(new TextEncoder().encode('{"__proto__":{"name":"a","session":"s","version":2}}')),
    ).toBeNull();
  });
});

const transport: fc.Arbitrary<TransportBody> = fc.record({
  command: fc.constantFrom(...TRANSPORT_COMMANDS),
  channel: fc.integer({ min: 0, max: 64 }),
  position: fc.maxSafeInteger(),
  sampleRate: fc.constantFrom(22050, 44100, 48000, 192000),
  playing: fc.boolean(),
  tempo: fc.double({ min: 1, max: 9999, noNaN: true }),
  numerator: fc.integer({ min: 1, max: 255 }),
  denominator: fc.integer({ min: 1, max: 255 }),
  mediaFrame: fc.nat(2 ** 31),
  epoch: fc.integer({ min: 1, max: 0xffffffff }),
  loopStart: fc.integer({ min: -1000, max: 1000 }),
  loopEnd: fc.integer({ min: 1001, max: 2 ** 30 }),
});

describe('transport bodies', () => {
  it('say after the wire what was sent, frames to the last', () => {
    fc.assert(
      fc.property(transport, (body) => {
        const playing = body.command === 'play' || (body.command !== 'stop' && body.playing);
        const position = body.position === 0 ? 0 : body.position;
        expect(readTransportBody(writeTransportBody(body))).toEqual({ ...body, playing, position });
      }),
    );
  });

  it('leave out what the sender does not know', () => {
    const body = {
      command: 'play',
      channel: 1,
      position: 5,
      sampleRate: 0,
      playing: true,
      tempo: 0,
      numerator: 4,
      denominator: 0,
      ...{ mediaFrame: 7, epoch: 3, loopStart: 9, loopEnd: 9 },
    } as const;
    expect(new TextDecoder().decode(writeTransportBody(body))).toBe(
      '{"type":"transport","command":"play","channel":1,"playing":true}',
    );
    expect(readTransportBody(writeTransportBody(body))).toEqual({
      ...body,
      position: null,
      sampleRate: null,
      tempo: null,
      numerator: null,
      denominator: null,
      ...{ mediaFrame: null, epoch: null, loopStart: null, loopEnd: null },
    });
  });

  it('of upstream are understood but for their float seconds', () => {
    const upstream = { type: 'transport', command: 'play', timestamp: 5, position: 1.5, bpm: 120 };
    expect(readTransportBody(encode(upstream))).toMatchObject({
      command: 'play',
      position: null,
      tempo: 120,
    });
    expect(readTransportBody(encode({ ...upstream, command: 'bpm' }))).toMatchObject({
      command: 'tempo',
      tempo: 120,
    });
  });

  it('that lack what their command is about are refused', () => {
    for (const command of ['locate', 'tempo', 'signature', 'PLAY', 'record', 7]) {
      expect(readTransportBody(encode({ type: 'transport', command })), String(command)).toBeNull();
    }
    expect(readTransportBody(encode({ command: 'play' }))).toBeNull();
    expect(
      readTransportBody(encode({ type: 'transport', command: 'play', more: 'x'.repeat(5000) })),
    ).toBeNull();
  });
});

describe('arbitrary bytes', () => {
  it('never throw', () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        readDiscoveryBody(bytes);
        readTransportBody(bytes);
      }),
    );
  });
});

describe('sync bodies', () => {
  it('carry microseconds exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(9), (timeUs, offset) => {
        const slab = new ByteSlab(32);
        expect(writeSyncBody(slab, offset, timeUs)).toBe(8);
        expect(slab.view.getBigUint64(offset, true)).toBe(BigInt(timeUs));
        return readSyncBody(slab, offset, 8) === timeUs;
      }),
    );
  });

  it('of another size or beyond 2^53 are refused', () => {
    const slab = new ByteSlab(16);
    expect(readSyncBody(slab, 0, 7)).toBe(-1);
    expect(readSyncBody(slab, 0, 9)).toBe(-1);
    slab.view.setUint32(4, 0x200000, true);
    expect(readSyncBody(slab, 0, 8)).toBe(-1);
  });
});
