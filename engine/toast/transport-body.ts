// The TRANSPORT body: what a host's transport does. Every message says all that is known, so it may come any
// number of times, and a lost one is healed by the next. Positions are frames of the song at `sampleRate`;
// upstream's `position` without a rate is float seconds, which no sample can be found by: it is ignored.
import { SAMPLE_RATE_MAX, SAMPLE_RATE_MIN } from './audio-body.js';
import { type JsonObject, member, numberMember, parseJsonObject, wholeMember } from './json-object.js';

export const TRANSPORT_COMMANDS = ['play', 'stop', 'locate', 'tempo', 'signature', 'loop'] as const;
export type TransportCommand = (typeof TRANSPORT_COMMANDS)[number];

const BYTES_MAX = 4096;
const TEMPO_MIN = 1;
const TEMPO_MAX = 9999;
const SIGNATURE_MAX = 255;

/** Null where the sender doesn't know. */
export interface TransportBody {
  readonly command: TransportCommand;
  /** The channel whose sender this is about; 0: the peer as a whole. */
  readonly channel: number;
  /** Frame of the song, negative before its start. */
  readonly position: number | null;
  readonly sampleRate: number | null;
  readonly playing: boolean;
  /** Quarter notes a minute. */
  readonly tempo: number | null;
  readonly numerator: number | null;
  readonly denominator: number | null;
  /** Where the position was played: frame of the sender's stream, and the stream's epoch. */
  readonly mediaFrame: number | null;
  readonly epoch: number | null;
  /** Frames of the song, the end not included; null: it doesn't loop, or doesn't say. */
  readonly loopStart: number | null;
  readonly loopEnd: number | null;
}

/** Rare: may allocate. What can't be read back (a tempo of 0, say) is left out. [engine-thread] */
export function writeTransportBody(body: TransportBody): Uint8Array {
  const { command, channel, playing, tempo, numerator, denominator } = body;
  const position = body.position === null ? null : Math.round(body.position);
  const { mediaFrame, epoch, loopStart, loopEnd, sampleRate } = body;
  const whole = {
    position,
    sampleRate,
    tempo,
    numerator,
    denominator,
    mediaFrame,
    epoch,
    loopStart,
    loopEnd,
  };
  const said = known(whole);
  return new TextEncoder().encode(
    JSON.stringify({
      type: 'transport',
      command,
      channel,
      playing,
      ...(said.position === null ? {} : { position: said.position, sampleRate: said.sampleRate }),
      ...(said.mediaFrame === null ? {} : { mediaFrame: said.mediaFrame, epoch: said.epoch }),
      ...(said.loopStart === null ? {} : { loop: [said.loopStart, said.loopEnd] }),
      ...(said.tempo === null ? {} : { tempo: said.tempo }),
      ...(said.numerator === null ? {} : { signature: [said.numerator, said.denominator] }),
    }),
  );
}

/** Null when it is no transport message, or lacks what its command is about. [control-thread] */
export function readTransportBody(bytes: Uint8Array): TransportBody | null {
  const object = parseJsonObject(bytes, BYTES_MAX);
  if (object === null || member(object, 'type') !== 'transport') return null;
  const named = member(object, 'command');
  const command = TRANSPORT_COMMANDS.find((word) => word === (named === 'bpm' ? 'tempo' : named));
  if (command === undefined) return null;
  const signature = member(object, 'signature');
  const [numerator, denominator] = Array.isArray(signature) ? signature : [];
  const loop = member(object, 'loop');
  const [loopStart, loopEnd] = Array.isArray(loop) ? loop : [];
  const said = known({
    position: member(object, 'position'),
    sampleRate: member(object, 'sampleRate'),
    tempo: member(object, 'tempo') ?? member(object, 'bpm'),
    mediaFrame: member(object, 'mediaFrame'),
    epoch: member(object, 'epoch'),
    ...{ numerator, denominator, loopStart, loopEnd },
  });
  if (command === 'locate' && said.position === null) return null;
  if (command === 'tempo' && said.tempo === null) return null;
  if (command === 'signature' && said.numerator === null) return null;
  return {
    command,
    channel: wholeMember(object, 'channel', 1, 64) ?? 0,
    playing: command === 'play' || (command !== 'stop' && member(object, 'playing') === true),
    ...said,
  };
}

/**
 * The members whose values make sense; a position needs its rate, a signature both its numbers,
 * a place in the stream both frame and epoch.
 */
function known(object: JsonObject): Omit<TransportBody, 'command' | 'channel' | 'playing'> {
  const limit = Number.MAX_SAFE_INTEGER;
  const position = wholeMember(object, 'position', -limit, limit);
  const sampleRate = numberMember(object, 'sampleRate', SAMPLE_RATE_MIN, SAMPLE_RATE_MAX);
  const numerator = wholeMember(object, 'numerator', 1, SIGNATURE_MAX);
  const denominator = wholeMember(object, 'denominator', 1, SIGNATURE_MAX);
  const placed = position !== null && sampleRate !== null;
  const signed = numerator !== null && denominator !== null;
  const mediaFrame = wholeMember(object, 'mediaFrame', 0, limit);
  const epoch = wholeMember(object, 'epoch', 1, 0xffffffff);
  const played = placed && mediaFrame !== null && epoch !== null;
  const loopStart = wholeMember(object, 'loopStart', -limit, limit);
  const loopEnd = wholeMember(object, 'loopEnd', -limit, limit);
  const loops = loopStart !== null && loopEnd !== null && loopEnd > loopStart;
  return {
    position: placed ? position : null,
    sampleRate: placed ? sampleRate : null,
    tempo: numberMember(object, 'tempo', TEMPO_MIN, TEMPO_MAX),
    numerator: signed ? numerator : null,
    denominator: signed ? denominator : null,
    mediaFrame: played ? mediaFrame : null,
    epoch: played ? epoch : null,
    loopStart: loops ? loopStart : null,
    loopEnd: loops ? loopEnd : null,
  };
}
