// A peer whose frame numbers make no sense costs neither time nor anybody else's sound: the work of a tick is
// bounded whatever a packet says. Its own sound is silence here, so that what is heard can be compared.
import { describe, expect, it } from 'vitest';
import { writeAudioBody } from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { PacketFields, writePacket } from '../../engine/toast/packet.js';
import { BODY_OFFSET, PACKET_TYPE, PAYLOAD_FORMAT } from '../../engine/toast/types.js';
import { rng, Simulation } from './support/simulation.js';

const RATE = 48000;
const PACKET_US = (64 * 1e6) / RATE;
const ramp = (channel: number, frame: number) =>
  Math.fround(((frame + 1) / 2 ** 22) * (channel === 0 ? 1 : -1));

/** Packets of one sender on channel 1, at media times of one's choice. */
class WildSender {
  private readonly slab = new ByteSlab(2048);
  private readonly fields = new PacketFields();

  constructor(sessionId: number) {
    Object.assign(this.fields, { sessionId, hasExtension: true, streamId: 1, epoch: 7, burstTotal: 1 });
    Object.assign(this.fields, { senderIdLow: 5, senderIdHigh: 5 });
  }

  audio(mediaTime: number): Uint8Array {
    const zeros = new Float32Array(128);
    const bytes = writeAudioBody(0, 0, this.slab, BODY_OFFSET, RATE, 2, 64, zeros, 0, 64, 0, 63);
    return this.packet(PACKET_TYPE.audio, PAYLOAD_FORMAT.binary, mediaTime, bytes);
  }

  midi(mediaTime: number): Uint8Array {
    const text = Buffer.from('{"t":"rt","d":[248],"f":0}');
    this.slab.u8.set(text, BODY_OFFSET);
    return this.packet(PACKET_TYPE.midi, PAYLOAD_FORMAT.compact, mediaTime, text.length);
  }

  private packet(type: number, format: number, mediaTime: number, bodyBytes: number): Uint8Array {
    Object.assign(this.fields, { type, format, mediaTime, sequence: this.fields.sequence + 1 });
    return this.slab.u8.slice(0, writePacket(this.slab, 0, this.fields, bodyBytes));
  }
}

const random = rng(11);
const HIGHEST = Number.MAX_SAFE_INTEGER;
const WAYS: Record<string, (sender: WildSender, packet: number) => Uint8Array> = {
  'its MIDI is far ahead of its audio': (s, n) =>
    n % 2 === 0 ? s.midi(HIGHEST - 5000) : s.audio(1000 + 32 * n),
  'its audio is far ahead of its MIDI': (s, n) => (n % 2 === 0 ? s.midi(32 * n) : s.audio(2 ** 51 + 32 * n)),
  'at the end of all numbers': (s, n) => s.audio(HIGHEST - 4096 + 64 * (n % 64)),
  'up to the largest that is taken, and over it': (s, n) => s.audio(2 ** 52 - 6400 + 64 * n),
  'to and fro': (s, n) => s.audio(n % 3 === 0 ? 64 * n : n % 3 === 1 ? 2 ** 40 + 64 * n : 2 ** 20),
  backwards: (s, n) => s.audio(2 ** 33 - 64 * n),
  anywhere: (s) => (random() < 0.3 ? s.midi(random() * HIGHEST) : s.audio(Math.floor(random() * 2 ** 52))),
};

describe('a peer with a wild clock', () => {
  for (const [name, way] of Object.entries(WAYS)) {
    it(name, () => {
      const simulation = new Simulation();
      const a = simulation.addEngine();
      const b = simulation.addEngine();
      const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
      const wild = new WildSender(b.receive.sessionId);
      for (let n = 0; n < 1200; n++) {
        simulation.at(100_000 + n * PACKET_US, () => simulation.transmit(null, way(wild, n)));
      }
      simulation.run(200_000);
      simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal: ramp, startUs: 200_000 });
      simulation.run(1_500_000);
      const heard = receiver.heard(0);
      const offset = heard.indexOf(ramp(0, 0));
      expect(offset).toBeGreaterThan(0);
      const frames = 1.2 * RATE;
      const wrong = Array.from({ length: frames }, (_, f) => f).filter(
        (f) => heard[offset + f] !== ramp(0, f),
      );
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  }
});
