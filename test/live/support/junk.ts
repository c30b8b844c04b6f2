// Datagrams that no decent peer sends: valid packets of the session with damage in them, cut off, pure noise,
// and the texts that upstream's tools spray on the group. Seeded. Never one that would rightly sound on the
// channel whose stream is to stay clean.
import { ByteSlab } from '../../../engine/toast/byte-slab.js';
import { packetChecksum } from '../../../engine/toast/crc16.js';
import { PacketFields, readPacket } from '../../../engine/toast/packet.js';
import { sessionIdOf } from '../../../engine/toast/session-id.js';
import { DATAGRAM_ROOM, DatagramMaker, type Random } from '../../fuzz/datagram-maker.js';

const AT_SESSION = 28;
const AT_CHECKSUM = 26;
const TEXTS = [
  'TOAST_DISCOVERY|studio|192.168.0.7|7777',
  'CONNECTIVITY_TEST',
  '{"type":"hello","version":2}',
  'TOST',
  '',
  'GET / HTTP/1.1\r\n\r\n',
];

export class Junk {
  private readonly maker: DatagramMaker;
  private readonly slab = new ByteSlab(DATAGRAM_ROOM * 2);
  private readonly fields = new PacketFields();
  private readonly texts = TEXTS.map((text) => Buffer.from(text));

  constructor(
    private readonly random: Random,
    session: string,
    private readonly cleanChannel: number,
  ) {
    this.maker = new DatagramMaker(random);
    for (const bytes of this.maker.valid) putSession(bytes, sessionIdOf(session));
  }

  next(): Uint8Array {
    const { random, slab, fields } = this;
    for (;;) {
      if (random.below(10) === 0) return this.texts[random.below(this.texts.length)];
      const length = this.maker.make(slab, 0);
      const sounds = readPacket(slab, 0, length, fields) === 0 && fields.streamId === this.cleanChannel;
      if (!sounds) return slab.u8.slice(0, length);
    }
  }
}

function putSession(bytes: Uint8Array, session: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(AT_SESSION, session, true);
  view.setUint16(AT_CHECKSUM, packetChecksum(view, 0, bytes.length), true);
}
