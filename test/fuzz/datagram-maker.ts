// Datagrams for the wire's fuzz test: valid ones of every type and format, then damaged. Seeded and free of
// allocation, so that what the codecs allocate can be seen.
import { writeAudioBody } from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { packetChecksum } from '../../engine/toast/crc16.js';
import { writeDiscoveryBody } from '../../engine/toast/discovery-body.js';
import { MidiBatch, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { PacketFields, writePacket } from '../../engine/toast/packet.js';
import { writeTransportBody } from '../../engine/toast/transport-body.js';
import { BODY_OFFSET, HEADER_BYTES, PACKET_TYPE } from '../../engine/toast/types.js';

export const DATAGRAM_ROOM = 2048;
const STRANGE = Uint8Array.of(
  0,
  1,
  2,
  3,
  0x20,
  0x22,
  0x2c,
  0x2d,
  0x5b,
  0x5d,
  0x7b,
  0x7d,
  0x7f,
  0x80,
  0xf0,
  0xf7,
  0xff,
);
const MIDI = [
  '903c64',
  '803c40',
  'b00740',
  'c105',
  'd209',
  'e30040',
  'a40102',
  'f001020304f7',
  'f120',
  'f20102',
  'f8',
];

/** Mulberry32: small, quick, good enough, and the same everywhere. */
export class Random {
  constructor(private state: number) {}
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
  below(limit: number): number {
    return this.next() % limit;
  }
}

export class DatagramMaker {
  readonly valid: Uint8Array[] = [];

  constructor(private readonly random: Random) {
    const fields = new PacketFields();
    fields.burstTotal = 3;
    fields.senderIdLow = 77;
    fields.mediaTime = 123456789012;
    fields.captureTimeUs = 9876543210;
    for (const hasExtension of [true, false]) {
      fields.hasExtension = hasExtension;
      fields.streamId = 5;
      for (let format = 0; format < 3; format++) {
        fields.format = format;
        this.addMidi(fields);
        for (let sampleFormat = 0; sampleFormat < 3; sampleFormat++) this.addAudio(fields, sampleFormat);
      }
      fields.format = 1;
      this.addControl(fields);
    }
  }

  /** Puts a datagram at `offset`, returns its length. Nothing else in the slab is written. */
  make(slab: ByteSlab, offset: number): number {
    const { random } = this;
    if (random.below(16) === 0) return this.noise(slab, offset);
    const source = this.valid[random.below(this.valid.length)];
    let length = source.length;
    for (let i = 0; i < length; i++) slab.u8[offset + i] = source[i];
    const changes = random.below(5);
    for (let i = 0; i < changes; i++) length = this.damage(slab.u8, offset, length);
    if (random.below(4) !== 0) sign(slab, offset, length);
    return length;
  }

  private damage(u8: Uint8Array, offset: number, length: number): number {
    const { random } = this;
    const at = length > 0 ? random.below(length) : 0;
    // Half the changes hit the part behind the headers, where the codecs are.
    const inBody = length > BODY_OFFSET && random.below(2) === 0;
    const index = offset + (inBody ? BODY_OFFSET + (at % (length - BODY_OFFSET)) : at);
    switch (random.below(8)) {
      case 0:
        return random.below(length + 1);
      case 1:
        for (let i = 0; i < 40; i++) u8[offset + length + i] = random.next();
        return length + 40;
      case 2:
        u8[index] ^= 1 << random.below(8);
        return length;
      case 3:
        u8[offset + (at % Math.min(64, length || 1))] = STRANGE[random.below(STRANGE.length)];
        return length;
      case 4: {
        const from = offset + random.below(length || 1);
        const count = Math.min(random.below(32), length - (index - offset), length - (from - offset));
        u8.copyWithin(index, from, from + count);
        return length;
      }
      case 5:
        u8[index] = random.next();
        return length;
      default:
        u8[index] = STRANGE[random.below(STRANGE.length)];
        return length;
    }
  }

  private noise(slab: ByteSlab, offset: number): number {
    const length = this.random.below(200);
    for (let i = 0; i < length; i++) slab.u8[offset + i] = this.random.next();
    if (length >= 5 && this.random.below(2) === 0) {
      slab.view.setUint32(offset, 0x54534f54, true);
      slab.u8[offset + 4] = 2;
    }
    return length;
  }

  private addMidi(fields: PacketFields): void {
    const batch = new MidiBatch(64, 4096);
    MIDI.forEach((hex, i) => {
      const bytes = Buffer.from(hex, 'hex');
      batch.push(i * 7, 1000 + i, bytes, 0, bytes.length);
    });
    fields.type = PACKET_TYPE.midi;
    const out = { bytes: 0, next: 0 };
    const body = new ByteSlab(DATAGRAM_ROOM);
    writeMidiBody(fields.format, body, 0, 1300, batch, 0, out);
    this.add(fields, body.u8.subarray(0, out.bytes));
    if (!fields.hasExtension && fields.format === 0) this.add(fields, Buffer.from(MIDI.join(''), 'hex'));
  }

  private addAudio(fields: PacketFields, sampleFormat: number): void {
    const ring = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
    fields.type = PACKET_TYPE.audio;
    const body = new ByteSlab(DATAGRAM_ROOM);
    const bytes = writeAudioBody(fields.format, sampleFormat, body, 0, 48000, 2, 32, ring, 0, 128, 100, 127);
    this.add(fields, body.u8.subarray(0, bytes));
    if (fields.format !== 1) return;
    this.add(fields, Buffer.from('{"channels":2,"sample_rate":48000,"samples":[0.5,-0.25,1e-3,-1.0]}'));
  }

  private addControl(fields: PacketFields): void {
    const format = 'f32';
    const stream = {
      kind: 'audio',
      channel: 1,
      epoch: 2,
      sampleRate: 48000,
      channels: 2,
      blockFrames: 64,
      format,
    } as const;
    fields.streamId = 0;
    fields.type = PACKET_TYPE.discovery;
    this.add(
      fields,
      writeDiscoveryBody({ name: 'a', session: 's', software: 'x', leaving: false, streams: [stream] }),
    );
    fields.type = PACKET_TYPE.transport;
    this.add(
      fields,
      writeTransportBody({
        command: 'locate',
        channel: 1,
        position: 4711,
        sampleRate: 48000,
        playing: true,
        tempo: 120,
        numerator: 4,
        mediaFrame: 4800,
        epoch: 9,
        loopStart: 0,
        loopEnd: 96000,
        denominator: 4,
      }),
    );
    fields.type = PACKET_TYPE.sync;
    this.add(fields, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 0));
    fields.type = PACKET_TYPE.heartbeat;
    this.add(fields, new Uint8Array(0));
  }

  private add(fields: PacketFields, body: Uint8Array): void {
    const slab = new ByteSlab(DATAGRAM_ROOM + 64);
    slab.u8.set(body, fields.hasExtension ? BODY_OFFSET : HEADER_BYTES);
    this.valid.push(slab.u8.slice(0, writePacket(slab, 0, fields, body.length)));
  }
}

/** Makes the checksum right again, and with it the way to the checks behind it free. */
function sign(slab: ByteSlab, offset: number, length: number): void {
  if (length < HEADER_BYTES) return;
  const payloadBytes = slab.view.getUint32(offset + 16, true);
  if (payloadBytes > length - HEADER_BYTES) return;
  slab.view.setUint16(offset + 26, packetChecksum(slab.view, offset, HEADER_BYTES + payloadBytes), true);
}
