// A million datagrams, valid, damaged and made up, through everything that reads them. The seed is printed
// with every failure; JAMBRIDGE_SEED=n runs the same datagrams again.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { REJECT, REJECT_REASONS } from '../../engine/base/metrics-slab.js';
import { AudioBody, copyAudioFrames, readAudioBody } from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { readDiscoveryBody } from '../../engine/toast/discovery-body.js';
import { MidiBatch, readMidiBody, readRawMidi } from '../../engine/toast/midi-codec.js';
import { isMidiMessage } from '../../engine/toast/midi-message.js';
import { PacketFields, readPacket, rewriteBurstIndex, writePacket } from '../../engine/toast/packet.js';
import { readSyncBody } from '../../engine/toast/sync-body.js';
import { readTransportBody } from '../../engine/toast/transport-body.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { DATAGRAM_ROOM, DatagramMaker, Random } from './datagram-maker.js';

const DATAGRAMS = 1_000_000;
const GUARD = 512;
const SEED = Number(process.env.JAMBRIDGE_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RING = 4096;

const slab = new ByteSlab(GUARD + DATAGRAM_ROOM + GUARD);
const fields = new PacketFields();
const body = new AudioBody();
const batch = new MidiBatch(128, 4096);
const ring = new Float32Array(RING * 2);

/** Results of one kind lie together, apart from those of others. */
const KIND = 1e12;
const AUDIO = KIND;
const MIDI = 2 * KIND;
const OTHER = 4 * KIND;
const SYNC = 5 * KIND;

/** What reading a datagram came to, boiled down to one number; throws when a promise is broken. */
function consume(offset: number, length: number): number {
  const reason = readPacket(slab, offset, length, fields);
  if (reason !== REJECT.accepted) return reason;
  const { type, bodyOffset, bodyBytes } = fields;
  if (bodyOffset < offset + 32 || bodyBytes < 0 || bodyOffset + bodyBytes > offset + length) {
    throw new Error('a body outside its datagram');
  }
  if (type === PACKET_TYPE.audio) return AUDIO + audio();
  if (type === PACKET_TYPE.midi) return MIDI + midi();
  if (type === PACKET_TYPE.sync) return SYNC + readSyncBody(slab, bodyOffset, bodyBytes);
  if (type !== PACKET_TYPE.discovery && type !== PACKET_TYPE.transport) return OTHER + type;
  const text = slab.u8.slice(bodyOffset, bodyOffset + bodyBytes);
  return (type === PACKET_TYPE.discovery ? readDiscoveryBody(text) : readTransportBody(text)) === null
    ? 400
    : 401;
}

function audio(): number {
  if (!readAudioBody(fields.format, slab, fields.bodyOffset, fields.bodyBytes, body)) return 0;
  if (body.frames * body.channels > fields.bodyBytes) throw new Error('more samples than bytes');
  if (body.channels > 2 || body.frames > RING) return 1;
  copyAudioFrames(slab, body, 0, body.frames, ring, 0, RING, fields.mediaTime, RING - 1);
  let sum = 0;
  const first = fields.mediaTime % RING;
  for (let i = 0; i < body.frames; i++) sum += ring[(first + i) & (RING - 1)];
  if (sum - sum !== 0) throw new Error('a sample that is not finite');
  return 2 + Math.abs(sum);
}

function midi(): number {
  const { format, hasExtension, bodyOffset, bodyBytes } = fields;
  const readable =
    hasExtension || format !== 0
      ? readMidiBody(format, slab.u8, bodyOffset, bodyBytes, batch)
      : readRawMidi(slab.u8, bodyOffset, bodyBytes, batch);
  let sum = KIND / 2 + (readable ? 1 : 0); // frame offsets may be negative
  for (let i = 0; i < batch.count; i++) {
    if (!isMidiMessage(batch.bytes, batch.byteOffset[i], batch.byteLength[i]))
      throw new Error('not a MIDI message');
    sum +=
      batch.eventNumber[i] +
      batch.frameOffset[i] * 3 +
      batch.byteLength[i] * 5 +
      batch.bytes[batch.byteOffset[i]];
  }
  return sum + batch.skipped;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function fillGuards(offset: number, length: number, value: number): void {
  slab.u8.fill(value, 0, offset);
  slab.u8.fill(value, offset + length);
}

describe(`a million datagrams, seed ${SEED}`, () => {
  it('throw nothing, read nothing beside themselves, write nothing, leave memory flat', () => {
    const random = new Random(SEED);
    const maker = new DatagramMaker(random);
    const reasons = new Float64Array(REJECT_REASONS.length);
    let usableAudio = 0;
    let usableMidi = 0;
    let heapAtStart = 0;
    for (let n = 0; n < DATAGRAMS; n++) {
      if (n === DATAGRAMS / 10) {
        collectGarbage();
        heapAtStart = process.memoryUsage().heapUsed;
      }
      const offset = GUARD + random.below(8);
      const length = maker.make(slab, offset);
      const result = consume(offset, length);
      reasons[
        result < REJECT_REASONS.length && fields.type >= 0 ? readPacket(slab, offset, length, fields) : 0
      ]++;
      if (Math.floor(result / KIND) === 1 && result >= AUDIO + 2) usableAudio++;
      if (Math.floor(result / KIND) === 2 && batch.count > 0) usableMidi++;
      if (n % 8 !== 0) continue;
      // The same again among other neighbours: nothing may come out differently, nothing may be written.
      fillGuards(offset, length, random.next());
      const before = slab.u8.slice();
      if (consume(offset, length) !== result) throw new Error(`datagram ${n} depends on its neighbours`);
      if (Buffer.compare(before, slab.u8) !== 0) throw new Error(`datagram ${n} made a reader write`);
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - heapAtStart).toBeLessThan(2_000_000);
    const seen = REJECT_REASONS.filter((_, reason) => reasons[reason] > 0);
    for (const reason of [
      'tooShort',
      'notToast',
      'badVersion',
      'unknownType',
      'unsupported',
      'badLength',
    ] as const) {
      expect(seen).toContain(reason);
    }
    for (const reason of ['badChecksum', 'badExtension', 'badFragment'] as const)
      expect(seen).toContain(reason);
    expect(reasons[REJECT.accepted]).toBeGreaterThan(DATAGRAMS / 4);
    expect(usableAudio).toBeGreaterThan(DATAGRAMS / 20);
    expect(usableMidi).toBeGreaterThan(DATAGRAMS / 100);
  }, 120_000);

  it('cost no memory on the hot path', () => {
    const { valid } = new DatagramMaker(new Random(SEED));
    for (const packet of valid.filter(isHot)) {
      slab.u8.set(packet, GUARD);
      // A single number on the heap for each would be twelve bytes or more.
      expect(
        bytesPerCall(() => take(packet.length)),
        `${packet[5]} ${packet[6]}`,
      ).toBeLessThan(4);
    }
  });
});

const isHot = (packet: Uint8Array): boolean =>
  packet[5] === PACKET_TYPE.audio || packet[5] === PACKET_TYPE.midi || packet[5] === PACKET_TYPE.heartbeat;

/** The receive path in small: read, decode, copy, and a further copy written. */
function take(length: number): void {
  if (readPacket(slab, GUARD, length, fields) !== REJECT.accepted) throw new Error('not accepted');
  const { type, format, bodyOffset, bodyBytes } = fields;
  if (type === PACKET_TYPE.audio) {
    if (!readAudioBody(format, slab, bodyOffset, bodyBytes, body)) throw new Error('not readable');
    copyAudioFrames(slab, body, 0, body.frames, ring, 0, RING, fields.mediaTime & (RING - 1), RING - 1);
  } else if (type === PACKET_TYPE.midi) {
    if (fields.hasExtension) readMidiBody(format, slab.u8, bodyOffset, bodyBytes, batch);
    else readRawMidi(slab.u8, bodyOffset, bodyBytes, batch);
  }
  writePacket(slab, GUARD, fields, bodyBytes);
  rewriteBurstIndex(slab, GUARD, length, fields.burstIndex);
}

/**
 * The least of several rounds: until V8 has compiled a function, on a busy machine after many calls, every
 * number that is no small integer costs memory.
 */
function bytesPerCall(call: () => void): number {
  const rounds = 5000;
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 200 && least >= 4; attempt++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < rounds; n++) call();
    const used = process.memoryUsage().heapUsed - before;
    if (used >= 0) least = Math.min(least, used / rounds);
  }
  return least;
}
