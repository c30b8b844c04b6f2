// A peer that knows only the 32-byte base header, as upstream's programs do: written byte by byte from the
// format's description, with none of the project's own framing, so that both can't be wrong alike.
import type { Audio } from '../../../engine/demo/wav-file.js';
import { Sprayer } from './sprayer.js';

const HEADER_BYTES = 32;
const TYPE_MIDI = 1;
const TYPE_AUDIO = 2;
const FORMAT_BINARY = 0;
const FORMAT_COMPACT = 2;
const PACKET_FRAMES = 64;

/** MIDI of the peer: raw bytes as a cable carries them, or lines of COMPACT. */
export interface BaseMidi {
  readonly frame: number;
  readonly payload: Uint8Array | string;
}

export class BasePeer {
  private readonly sequences = [0, 0, 0];

  private constructor(
    private readonly sprayer: Sprayer,
    private readonly sessionId: number,
    private readonly rate: number,
  ) {}

  static async open(port: number, session: string, rate: number): Promise<BasePeer> {
    return new BasePeer(await Sprayer.open(port), fnv1a(session), rate);
  }

  close(): void {
    this.sprayer.close();
  }

  /** Sends a signal and MIDI beside it in real time. */
  play({ channels, sampleRate }: Audio, midi: readonly BaseMidi[]): Promise<void> {
    const packets = Math.floor(channels[0].length / PACKET_FRAMES);
    const startMs = performance.now();
    let packet = 0;
    let event = 0;
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const dueFrame = ((performance.now() - startMs) * sampleRate) / 1000;
        for (; packet < packets && (packet + 1) * PACKET_FRAMES <= dueFrame; packet++) {
          this.sendAudio(channels, sampleRate, packet * PACKET_FRAMES);
        }
        for (; event < midi.length && midi[event].frame <= dueFrame; event++) this.sendMidi(midi[event]);
        if (packet < packets || event < midi.length) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
  }

  private sendAudio(channels: readonly Float32Array[], sampleRate: number, frame: number): void {
    const body = new DataView(new ArrayBuffer(8 + PACKET_FRAMES * channels.length * 4));
    body.setUint32(0, sampleRate, true);
    body.setUint8(4, channels.length);
    let at = 8;
    for (let i = 0; i < PACKET_FRAMES; i++) {
      for (const channel of channels) {
        body.setFloat32(at, channel[frame + i], true);
        at += 4;
      }
    }
    this.send(TYPE_AUDIO, FORMAT_BINARY, frame, new Uint8Array(body.buffer));
  }

  private sendMidi({ frame, payload }: BaseMidi): void {
    const text = typeof payload === 'string';
    this.send(TYPE_MIDI, text ? FORMAT_COMPACT : FORMAT_BINARY, frame, text ? Buffer.from(payload) : payload);
  }

  private send(type: number, format: number, frame: number, body: Uint8Array): void {
    const datagram = new Uint8Array(HEADER_BYTES + body.length);
    const view = new DataView(datagram.buffer);
    datagram.set(Buffer.from('TOST'), 0);
    view.setUint8(4, 2);
    view.setUint8(5, type);
    view.setUint16(6, format << 4, true);
    view.setUint32(8, this.sequences[type]++, true);
    view.setUint32(12, Math.round((frame * 1e6) / this.rate), true);
    view.setUint32(16, body.length, true);
    view.setUint8(25, 1); // one copy
    view.setUint32(28, this.sessionId, true);
    datagram.set(body, HEADER_BYTES);
    view.setUint16(26, crc16(datagram), true);
    this.sprayer.send(datagram);
  }
}

/** CRC-16/MODBUS, bit by bit. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

function fnv1a(text: string): number {
  let hash = 0x811c_9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return hash >>> 0;
}
