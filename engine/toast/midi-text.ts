// The words of MIDI as text (COMPACT and JSON): one object a message, and exactly one form for each.
//
//   {"t":"n+","c":1,"n":60,"v":100}  note on, velocity 0 included      {"t":"pc","c":1,"p":5}      program
//   {"t":"n-","c":1,"n":60,"v":64}   note off                          {"t":"cp","c":1,"pr":64}    channel pressure
//   {"t":"at","c":1,"n":60,"pr":64}  polyphonic pressure               {"t":"pb","c":1,"b":8192}   bend 0..16383
//   {"t":"cc","c":1,"cc":7,"val":64} controller                        {"t":"tc","val":33}         MTC quarter frame
//   {"t":"sx","d":[240,...,247]}     system exclusive, all its bytes   {"t":"rt","d":[250]}        any other message
//
// and in each: "seq" the event's number, "f" its frame relative to the packet's media time.
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A short text as ByteScanner.textCode() gives it. */
export function textCode(text: string): number {
  return ascii(text).reduceRight((code, byte) => (code << 8) | byte, 0);
}

/** What stands before a channel message's values, by the upper half of its status: kind, first, second key. */
export interface ChannelForm {
  readonly head: Uint8Array;
  readonly firstKey: Uint8Array;
  /** Empty: a single value. */
  readonly secondKey: Uint8Array;
}

const form = (kind: string, firstKey: string, secondKey = ''): ChannelForm => ({
  head: ascii(`{"t":"${kind}","c":`),
  firstKey: ascii(`,"${firstKey}":`),
  secondKey: ascii(secondKey && `,"${secondKey}":`),
});

/** Indexed by (status >>> 4) - 8. */
export const CHANNEL_FORMS: readonly ChannelForm[] = [
  form('n-', 'n', 'v'),
  form('n+', 'n', 'v'),
  form('at', 'n', 'pr'),
  form('cc', 'cc', 'val'),
  form('pc', 'p'),
  form('cp', 'pr'),
  form('pb', 'b'),
];

export const SYSEX_HEAD = ascii('{"t":"sx","d":[');
export const OTHER_HEAD = ascii('{"t":"rt","d":[');
export const QUARTER_FRAME_HEAD = ascii('{"t":"tc","val":');
export const NUMBER_KEY = ascii(',"seq":');
export const FRAME_KEY = ascii(',"f":');
