// Random MIDI of every kind that both plugin formats can carry, each at its own frame.

import type { FrameMessage } from '../../../engine/demo/smf-writer.js';
import type { Random } from '../../fuzz/datagram-maker.js';

const GAP_FRAMES_MAX = 700;
const NOTE_FRAMES = 4000;
const SYSEX_BYTES_MIN = 300;

/** Every note that begins also ends; the last event lies before `endFrame`. */
export function randomMidi(random: Random, endFrame: number): FrameMessage[] {
  const messages: FrameMessage[] = [];
  const taken = new Set<number>();
  for (let frame = random.below(GAP_FRAMES_MAX); frame < endFrame - NOTE_FRAMES - 1000; ) {
    const bytes = randomMessage(random);
    place(messages, taken, frame, bytes);
    if ((bytes[0] & 0xf0) === 0x90) {
      const off = Uint8Array.of(0x80 | (bytes[0] & 15), bytes[1], random.below(128));
      place(messages, taken, frame + 1 + random.below(NOTE_FRAMES), off);
    }
    frame += 1 + random.below(GAP_FRAMES_MAX);
  }
  return messages.sort((a, b) => a.frame - b.frame);
}

/** One event a frame: plugin formats may reorder those of one frame. */
function place(messages: FrameMessage[], taken: Set<number>, wanted: number, bytes: Uint8Array): void {
  let frame = wanted;
  while (taken.has(frame)) frame++;
  taken.add(frame);
  messages.push({ frame, bytes });
}

function randomMessage(random: Random): Uint8Array {
  const channel = random.below(16);
  const data = () => random.below(128);
  switch (random.below(8)) {
    case 0:
      return Uint8Array.of(0xb0 | channel, random.below(120), data());
    case 1:
      return Uint8Array.of(0xe0 | channel, data(), data());
    case 2:
      return Uint8Array.of(0xc0 | channel, data());
    case 3:
      return Uint8Array.of(0xd0 | channel, data());
    case 4:
      return Uint8Array.of(0xa0 | channel, data(), data());
    case 5: {
      const bytes = Uint8Array.from({ length: SYSEX_BYTES_MIN + random.below(400) }, data);
      bytes[0] = 0xf0;
      bytes[bytes.length - 1] = 0xf7;
      return bytes;
    }
    default:
      return Uint8Array.of(0x90 | channel, data(), 1 + random.below(127));
  }
}
