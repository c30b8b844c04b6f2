// Standard MIDI Files, written: one track, one tick a frame, so that an event's frame survives exactly.

export interface FrameMessage {
  readonly frame: number;
  /** One whole MIDI message; a SysEx with its F0 and F7. */
  readonly bytes: Uint8Array;
}

const TICKS_PER_QUARTER_MAX = 32_767;
const VARIABLE_LENGTH_MAX = 0x0fff_ffff;

/** `messages` in order of frames; those of one frame stay in the order given. */
export function writeSmf(messages: readonly FrameMessage[], sampleRate: number): Uint8Array {
  // ticks a quarter * quarters a second = frames a second, with whole microseconds a quarter
  const quartersPerSecond = [2, 4, 8, 16].find(
    (count) => sampleRate % count === 0 && sampleRate / count <= TICKS_PER_QUARTER_MAX,
  );
  if (quartersPerSecond === undefined) throw new RangeError(`no tick of 1/${sampleRate} s in a MIDI file`);
  const microseconds = 1e6 / quartersPerSecond;
  const track: number[] = [
    0,
    0xff,
    0x51,
    3,
    microseconds >> 16,
    (microseconds >> 8) & 0xff,
    microseconds & 0xff,
  ];
  let lastFrame = 0;
  for (const { frame, bytes } of messages) {
    if (frame < lastFrame) throw new RangeError('MIDI messages out of order');
    pushVariableLength(track, frame - lastFrame);
    lastFrame = frame;
    pushMessage(track, bytes);
  }
  track.push(0, 0xff, 0x2f, 0);
  const file = new Uint8Array(22 + track.length);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode('MThd'), 0);
  view.setUint32(4, 6);
  view.setUint16(8, 0);
  view.setUint16(10, 1);
  view.setUint16(12, sampleRate / quartersPerSecond);
  file.set(new TextEncoder().encode('MTrk'), 14);
  view.setUint32(18, track.length);
  file.set(track, 22);
  return file;
}

function pushMessage(track: number[], bytes: Uint8Array): void {
  const status = bytes[0];
  if (status >= 0x80 && status < 0xf0) {
    track.push(...bytes);
    return;
  }
  // A SysEx loses its F0 to the event's own status; other system messages go as an escape.
  const body = status === 0xf0 ? bytes.subarray(1) : bytes;
  track.push(status === 0xf0 ? 0xf0 : 0xf7);
  pushVariableLength(track, body.length);
  for (const byte of body) track.push(byte);
}

function pushVariableLength(track: number[], value: number): void {
  if (value > VARIABLE_LENGTH_MAX) throw new RangeError('too far apart for a MIDI file');
  const groups = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.push((rest & 0x7f) | 0x80);
  track.push(...groups.reverse());
}
