// Well-formed packets of senders that do not exist: what a flood looks like that no checksum stops.

import { writeAudioBody } from '../../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../../engine/toast/byte-slab.js';
import { PacketFields, writePacket } from '../../../engine/toast/packet.js';
import { sessionIdOf } from '../../../engine/toast/session-id.js';
import { BODY_OFFSET, PACKET_TYPE } from '../../../engine/toast/types.js';
import type { Random } from '../../fuzz/datagram-maker.js';

const FRAMES = 32;
const CHANNEL_MAX = 64;

export class Crowd {
  private readonly slab = new ByteSlab(2048);
  private readonly fields = new PacketFields();
  private readonly bodyBytes: number;

  constructor(
    private readonly random: Random,
    session: string,
    /** Nobody in the crowd sends on it. */
    private readonly cleanChannel: number,
  ) {
    const { fields, slab } = this;
    fields.type = PACKET_TYPE.audio;
    fields.hasExtension = true;
    fields.burstTotal = 1;
    fields.sessionId = sessionIdOf(session);
    const plane = Float32Array.from({ length: 64 }, () => 0.5);
    this.bodyBytes = writeAudioBody(0, 0, slab, BODY_OFFSET, 48_000, 2, FRAMES, plane, 0, 0, 0, 63);
  }

  /** Audio of a sender that nobody has heard of. */
  newSender(): Uint8Array {
    return this.packet(this.random.next(), this.random.next());
  }

  /** Audio of always the same sender, each packet in a stream of its own. */
  newStream(): Uint8Array {
    return this.packet(4711, 4711);
  }

  private packet(senderIdLow: number, senderIdHigh: number): Uint8Array {
    const { fields, random, slab } = this;
    const channel = 1 + random.below(CHANNEL_MAX - 1);
    Object.assign(fields, {
      senderIdLow,
      senderIdHigh,
      streamId: channel < this.cleanChannel ? channel : channel + 1,
    });
    fields.epoch = random.next();
    fields.sequence = random.next();
    fields.mediaTime = random.next();
    return slab.u8.slice(0, writePacket(slab, 0, fields, this.bodyBytes));
  }
}
