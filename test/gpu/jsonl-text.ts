// Bodies of text for jsonl-parse: as our writers make them, as other writers might, and damaged.
import { AudioBody, writeAudioBody } from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { MidiBatch, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { PAYLOAD_FORMAT } from '../../engine/toast/types.js';
import type { Random } from '../fuzz/datagram-maker.js';

const SCRATCH = new ByteSlab(65536);
const KINDS = ['n+', 'n-', 'cc', 'pc', 'pb', 'at', 'cp', 'sx', 'tc', 'rt', 'xx', '', 'n\\u002b'];
const KEYS = [
  't',
  'c',
  'n',
  'v',
  'cc',
  'val',
  'p',
  'b',
  'pr',
  'd',
  'f',
  'seq',
  'ts',
  'q',
  'seqs',
  'n\\u0031',
  '',
];
const STRANGE = '\u0000\t\n\r ",-.0123456789:E[\\]abcdefnprstuv{}\u007f';
const RAW = [
  '903c64',
  '803c40',
  'b00740',
  'c105',
  'd209',
  'e30040',
  'a40102',
  'f07ef7',
  'f120',
  'f20102',
  'f8',
];

export { AudioBody };

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)];

/** Lines that our own writer makes. */
export function writtenMidi(random: Random): Uint8Array {
  const batch = new MidiBatch(64, 8192);
  for (let i = random.below(20); i >= 0; i--) {
    const bytes =
      random.below(8) === 0 ? sysex(random, random.below(300)) : Buffer.from(pick(random, RAW), 'hex');
    batch.push(random.next() >> random.below(31), random.next(), bytes, 0, bytes.length);
  }
  const out = { bytes: 0, next: 0 };
  writeMidiBody(PAYLOAD_FORMAT.compact, SCRATCH, 0, 8000, batch, 0, out);
  return SCRATCH.u8.slice(0, out.bytes);
}

function sysex(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length: length + 2 }, (_, i) =>
    i === 0 ? 0xf0 : i > length ? 0xf7 : random.below(128),
  );
}

/** Lines as anybody might write them. */
export function foreignMidi(random: Random): Uint8Array {
  const lines = Array.from({ length: random.below(30) }, () => foreignLine(random));
  return Buffer.from(lines.join('\n'));
}

function foreignLine(random: Random): string {
  if (random.below(12) === 0) return space(random);
  const members = Array.from({ length: random.below(9) }, () => {
    const key = pick(random, KEYS);
    return `${space(random)}"${key}"${space(random)}:${space(random)}${valueFor(random, key)}`;
  });
  if (random.below(2) === 0) members.push(...plausible(random));
  return `${space(random)}{${members.join(`${space(random)},`)}${space(random)}}${space(random)}`;
}

/** The members that make a message, in this order, behind whatever came before. */
function plausible(random: Random): string[] {
  const n = random.below(128);
  const message = pick(random, [
    `"t":"n+","n":${n},"v":${n}`,
    `"t":"cc","cc":${n},"val":0`,
    `"t":"pb","b":${n * 129}`,
    `"t":"tc","val":${n}`,
    `"t":"sx","d":[240,${Array.from({ length: random.below(40) }, () => random.below(128)).join(',')}]`,
    `"t":"sx","d":[240, ${n} ,247]`,
    `"t":"rt","d":[${pick(random, ['250', '242,1,2', '241,3', '243,5', '244', '248,1'])}]`,
  ]);
  return [
    `"c":${1 + random.below(17)}`,
    message,
    `"f":${random.below(2) === 0 ? '-' : ''}${random.below(5000)}`,
  ];
}

function valueFor(random: Random, key: string): string {
  if (key === 't' && random.below(8) > 0) return `"${pick(random, KINDS)}"`;
  if (key === 'd' && random.below(8) > 0) {
    return `[${Array.from({ length: random.below(9) }, () => String(random.below(280))).join(',')}]`;
  }
  return pick(random, [() => number(random), () => number(random), () => anyValue(random, 0)])();
}

function number(random: Random): string {
  const numbers = [
    '0',
    '-0',
    '00',
    '01',
    '-1',
    '16',
    '127',
    '128',
    '4294967295',
    '4294967296',
    '42949672950',
  ];
  numbers.push(
    '-2147483648',
    '2147483648',
    '-2147483649',
    '99999999999999999999',
    '-',
    '',
    '+1',
    '0x1',
    '1_0',
  );
  numbers.push('60.0', '6e1', '1E+2', '1.5', '1.', '.5', '1e', '1e-2', '-0.0', '600e-1');
  return random.below(3) === 0 ? pick(random, numbers) : String(random.below(140));
}

function anyValue(random: Random, depth: number): string {
  if (depth > 30 || random.below(3) === 0) {
    return pick(random, ['true', 'false', 'null', 'tru', 'nul', '"', '"a\\"b"', '"\\u12"', number(random)]);
  }
  const inner = Array.from({ length: random.below(depth > 0 ? 2 : 4) + (depth % 2) }, () =>
    anyValue(random, depth + 1),
  );
  if (random.below(2) === 0) return `[${inner.join(',')}]`;
  return `{${inner.map((value, i) => `"${i}"${space(random)}:${value}`).join(',')}}`;
}

function space(random: Random): string {
  return random.below(4) === 0 ? pick(random, [' ', '\t', '\r', '  ']) : '';
}

/** An audio object that our own writer makes. */
export function writtenAudio(random: Random): Uint8Array {
  const channels = 1 + random.below(5);
  const frames = 1 + random.below(40);
  const ring = Float32Array.from({ length: 64 * channels }, () => random.next() / 2 ** 31 - 1);
  if (random.below(4) === 0) ring.set([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-42], 3);
  const format = random.below(3);
  const rate = pick(random, [8000, 48000, 192000]);
  const text = PAYLOAD_FORMAT.compact;
  const bytes = writeAudioBody(text, format, SCRATCH, 0, rate, channels, frames, ring, 0, 64, 0, 63);
  return SCRATCH.u8.slice(0, bytes);
}

export function foreignAudio(random: Random): Uint8Array {
  const channels = pick(random, ['2', '1', '0', '65', '2.0', '-1', '"2"']);
  const pcm = Uint8Array.from({ length: random.below(200) }, () => random.next());
  const members = [
    `"channels":${channels}`,
    `"sample_rate" : ${pick(random, ['48000', '7999', '384001', '48e3', 'null'])}`,
    `"format":${pick(random, ['"pcm_f32le"', '"pcm_s24le"', '"pcm_s16le"', '"pcm"', '3'])}`,
    `"samples":${pick(random, ['2', '4', '[0.5,-1e-3,1,0]', '[]', '[1,2,]', '8'])}`,
    `"data": "${Buffer.from(pcm).toString('base64')}${pick(random, ['', '', '=', 'A', '\\n'])}"`,
    `"more":${anyValue(random, 0)}`,
  ];
  const chosen = members.filter(() => random.below(5) > 0).sort(() => random.below(3) - 1);
  return Buffer.from(`${space(random)}{${chosen.join(',')}}${space(random)}`);
}

/** A few bytes changed, cut or doubled. */
export function damaged(random: Random, text: Uint8Array): Uint8Array {
  let bytes = [...text];
  for (let i = random.below(4); i >= 0 && bytes.length > 0; i--) {
    const at = random.below(bytes.length);
    const kind = random.below(5);
    if (kind === 0) bytes.splice(at, 1 + random.below(4));
    else if (kind === 1) bytes = bytes.slice(0, at);
    else if (kind === 2) bytes.splice(at, 0, STRANGE.charCodeAt(random.below(STRANGE.length)));
    else if (kind === 3) bytes[at] = random.next() & 255;
    else bytes[at] = STRANGE.charCodeAt(random.below(STRANGE.length));
  }
  return Uint8Array.from(bytes);
}
