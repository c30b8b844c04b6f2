// Every key of the configuration, once. Validation, `--help`, the command-line options and the README's
// table are all made from this table; the TypeScript types are, too.
import { hostname } from 'node:os';
import { BACKENDS } from '../gpu/probe-report.js';

interface Described<K extends string> {
  /** Dots are nesting in the file: `redundancy.midi.copies` is `{ "redundancy": { "midi": { "copies": 3 } } }`. */
  readonly key: K;
  readonly doc: string;
}
export interface WholeNumber<K extends string = string> extends Described<K> {
  readonly type: 'whole number';
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}
export interface Decimal<K extends string = string> extends Described<K> {
  readonly type: 'number';
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}
export interface Choice<K extends string = string, V extends string = string> extends Described<K> {
  readonly type: 'choice';
  readonly choices: readonly V[];
  readonly fallback: V;
}
export interface Text<K extends string = string> extends Described<K> {
  readonly type: 'text';
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly pattern: RegExp;
  /** The pattern in words, for messages. */
  readonly allowed: string;
  readonly fallback: string;
}
export interface Switch<K extends string = string> extends Described<K> {
  readonly type: 'switch';
  readonly fallback: boolean;
}
export type Option = WholeNumber | Decimal | Choice | Text | Switch;
export type OptionValue = number | string | boolean;

const whole = <K extends string>(
  key: K,
  fallback: number,
  [min, max]: readonly [number, number],
  unit: string,
  doc: string,
): WholeNumber<K> => ({ key, type: 'whole number', fallback, min, max, unit, doc });

const decimal = <K extends string>(
  key: K,
  fallback: number,
  [min, max]: readonly [number, number],
  unit: string,
  doc: string,
): Decimal<K> => ({ key, type: 'number', fallback, min, max, unit, doc });

const choice = <K extends string, V extends string>(
  key: K,
  fallback: V,
  choices: readonly V[],
  doc: string,
): Choice<K, V> => ({ key, type: 'choice', fallback, choices, doc });

const flag = <K extends string>(key: K, fallback: boolean, doc: string): Switch<K> => ({
  key,
  type: 'switch',
  fallback,
  doc,
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const PRINTABLE = /^[^\x00-\x1f\x7f]*$/u;
const MULTICAST = /^(22[4-9]|23\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

const text = <K extends string>(
  key: K,
  fallback: string,
  [bytesMin, bytesMax]: readonly [number, number],
  doc: string,
  pattern = PRINTABLE,
  allowed = 'without control characters',
): Text<K> => ({ key, type: 'text', fallback, bytesMin, bytesMax, doc, pattern, allowed });

const FORMATS = ['binary', 'compact', 'json'] as const;

export const OPTIONS = [
  text('session', 'jam', [1, 63], 'all engines that name the same session on the same group hear each other'),
  text('name', hostname().slice(0, 63) || 'studio', [1, 63], 'how this engine calls itself to the others'),
  text(
    'interface',
    'auto',
    [1, 255],
    'network interfaces by name or IPv4 address, commas between; auto: all that are up and can multicast',
    /^[^\s,]+(,[^\s,]+)*$/u,
    'names or addresses with commas between, without spaces',
  ),
  text(
    'group',
    '239.255.77.77',
    [7, 15],
    'multicast group',
    MULTICAST,
    'an IPv4 address 224.0.0.0 to 239.255.255.255',
  ),
  whole('port', 7777, [1, 65535], '', 'UDP port of the group'),
  whole('ttl', 1, [0, 255], 'hops', 'how many routers a packet may pass; 0 stays on this host'),
  decimal(
    'latencyMs',
    12,
    [1, 500],
    'ms',
    'receive latency of the MIDI devices below; a plugin has its own parameter',
  ),
  whole('packetFrames', 64, [8, 1024], 'frames', 'frames in one audio packet'),
  choice('format.audio', 'binary', FORMATS, 'payload format of the audio that is sent'),
  choice(
    'format.samples',
    'f32',
    ['f32', 's24', 's16'],
    'sample format of the audio that is sent; only f32 is exact',
  ),
  choice('format.midi', 'compact', FORMATS, 'payload format of the MIDI that is sent'),
  whole(
    'redundancy.audio.copies',
    3,
    [1, 16],
    'copies',
    'how often each audio packet is sent by a plugin set to "burst"',
  ),
  decimal('redundancy.audio.copySpacingMs', 1.5, [0, 50], 'ms', 'time between two copies of an audio packet'),
  decimal(
    'redundancy.audio.bytesRatio',
    3,
    [1, 8],
    'times',
    'bytes that a plugin set to "fec" may send, against the same stream without redundancy',
  ),
  whole(
    'redundancy.audio.repairWindowPackets',
    0,
    [0, 32],
    'packets',
    "audio packets that each repair packet protects; more mend longer gaps, later; 0: as the receivers' latency asks for",
  ),
  flag(
    'redundancy.audio.adaptive',
    false,
    'lets bytesRatio follow the loss that receivers announce; it applies as long as none does',
  ),
  choice(
    'backend',
    'auto',
    BACKENDS,
    'who estimates lost frames: auto: the GPU where that was measured to be in time and cheaper; gpu: always; cpu: never',
  ),
  text(
    'gpu',
    '',
    [0, 127],
    "a part of the GPU's name, where there are several; empty: the first, hardware before software",
  ),
  decimal(
    'concealment.shareOfBlock',
    0.4,
    [0, 1],
    'of the shortest block',
    'processor time that one tick may spend on estimating lost frames; what exceeds it is estimated cheaply',
  ),
  decimal(
    'concealment.shareOfCore',
    0.03,
    [0, 1],
    'of a core',
    'the same for one stream in the long run; applies to streams that begin',
  ),
  whole('redundancy.midi.copies', 3, [1, 16], 'copies', 'how often each MIDI packet with new events is sent'),
  decimal('redundancy.midi.copySpacingMs', 1, [0, 50], 'ms', 'time between two copies of a MIDI packet'),
  whole(
    'redundancy.midi.journalMs',
    1500,
    [0, 5000],
    'ms',
    'how long each MIDI event is repeated in later packets, at a falling rate; 0 sends bursts only',
  ),
  whole(
    'spinUs',
    0,
    [0, 10_000],
    'us',
    'how long the engine spins before it sleeps; takes a processor core to save its wake-up',
  ),
  whole('realtimePriority', 60, [0, 98], '', 'real-time priority to ask for; 0 asks for none'),
  whole(
    'buffers.receiveBytes',
    4 << 20,
    [65_536, 64 << 20],
    'bytes',
    'socket receive buffer to ask the system for',
  ),
  whole(
    'buffers.sendBytes',
    1 << 20,
    [65_536, 64 << 20],
    'bytes',
    'socket send buffer to ask the system for',
  ),
  whole(
    'limits.maxDatagramBytes',
    1400,
    [576, 9000],
    'bytes',
    "longest datagram sent; below the path's MTU, so that IP never fragments",
  ),
  whole(
    'limits.streamsMax',
    128,
    [1, 256],
    'streams',
    'streams at one time; newcomers over it are refused and counted',
  ),
  whole(
    'limits.peersMax',
    32,
    [1, 64],
    'peers',
    'senders at one time; newcomers over it are refused and counted',
  ),
  whole(
    'limits.packetsPerSecondMax',
    200_000,
    [100, 1_000_000],
    'packets/s',
    'packets taken from one sender; more are dropped and counted',
  ),
  text(
    'segment',
    '',
    [0, 16],
    'name of the shared segment, when one user runs several engines; plugins look for JAMBRIDGE_SEGMENT',
    /^[A-Za-z0-9._-]*$/,
    'letters, digits, ".", "_" and "-"',
  ),
] as const;

/** One entry of the list `midi`. */
export const MIDI_OPTIONS = [
  text(
    'port',
    '',
    [1, 255],
    'the port\'s name, or a part of it in any case; with "virtual" the name to create',
  ),
  choice('direction', 'both', ['in', 'out', 'both'], 'in: device to channel; out: channel to device'),
  whole('channel', 1, [1, 64], '', 'the JamBridge channel'),
  {
    key: 'virtual',
    type: 'switch',
    fallback: false,
    doc: 'create the port instead of looking for it',
  } as Switch<'virtual'>,
] as const;
export const MIDI_REQUIRED: ReadonlySet<string> = new Set(['port', 'direction', 'channel']);
export const MIDI_ROUTES_MAX = 32;
export const MIDI_DOC =
  'MIDI devices that are routed without a DAW: a list of { port, direction, channel, virtual }';

type ValueOf<O> =
  O extends Choice<string, infer V>
    ? V
    : O extends WholeNumber | Decimal
      ? number
      : O extends Switch
        ? boolean
        : string;
type ValuesOf<L extends readonly Option[]> = { readonly [O in L[number] as O['key']]: ValueOf<O> };

export type ConfigurationValues = ValuesOf<typeof OPTIONS>;
export type MidiRoute = ValuesOf<typeof MIDI_OPTIONS>;
export interface Configuration extends ConfigurationValues {
  readonly midi: readonly MidiRoute[];
}
/** What one source (a file, the command line) says; what it leaves out is not there. */
export type PartialConfiguration = { -readonly [K in keyof Configuration]?: Configuration[K] };

export const DEFAULTS: Configuration = Object.freeze({
  ...(Object.fromEntries(OPTIONS.map((option) => [option.key, option.fallback])) as ConfigurationValues),
  midi: [],
});
