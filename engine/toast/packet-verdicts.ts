// What the receive path asks about a packet, whoever finds it out: the processor when it is asked, or the GPU, a whole
// batch of datagrams at once (engine/gpu/pipeline/parsed-packets.ts). Both give the same answers.
import type { AudioBody } from './audio-body.js';
import { readAudioBody } from './audio-codec.js';
import { ByteSlab } from './byte-slab.js';
import type { MidiBatch } from './midi-batch.js';
import { readMidiBody, readRawMidi } from './midi-codec.js';
import { type PacketFields, readPacket } from './packet.js';

/** One packet at a time, of as many as there are. [engine-thread] */
export interface PacketVerdicts {
  /** The datagram lies here until the next one is turned to. */
  readonly slab: ByteSlab;
  /** Header, checksum, extension block. Returns an index into REJECT_REASONS; unless that is 0, `out` means nothing. */
  read(out: PacketFields): number;
  /** What the stream's own window said, SEEN.*: it alone also knows what was restored or refused. */
  compareSeen(seen: number): void;
  /** False when anything about the body is wrong. */
  readAudio(fields: PacketFields, out: AudioBody): boolean;
  /** `raw`: of a peer that names no format. False when nothing of the body is of use. */
  readMidi(fields: PacketFields, raw: boolean, out: MidiBatch): boolean;
}

/** The processor's: found out when it is asked for. */
export class ProcessorVerdicts implements PacketVerdicts {
  slab = new ByteSlab(0);
  private offset = 0;
  private length = 0;

  /** Turns to a datagram; a negative length: it was truncated. */
  turnTo(slab: ByteSlab, offset: number, length: number): this {
    this.slab = slab;
    this.offset = offset;
    this.length = length;
    return this;
  }

  read(out: PacketFields): number {
    return readPacket(this.slab, this.offset, this.length, out);
  }

  compareSeen(): void {
    // Nobody else was asked.
  }

  readAudio({ format, bodyOffset, bodyBytes }: PacketFields, out: AudioBody): boolean {
    return readAudioBody(format, this.slab, bodyOffset, bodyBytes, out);
  }

  readMidi({ format, bodyOffset, bodyBytes }: PacketFields, raw: boolean, out: MidiBatch): boolean {
    const { u8 } = this.slab;
    return raw
      ? readRawMidi(u8, bodyOffset, bodyBytes, out)
      : readMidiBody(format, u8, bodyOffset, bodyBytes, out);
  }
}
