// MIDI bodies in every payload format: batch of events -> body -> batch of events.
import type { ByteSlab } from './byte-slab.js';
import type { MidiBatch, MidiWritten } from './midi-batch.js';
import { readMidiBinary, writeMidiBinary } from './midi-binary.js';
import { MidiTextReader } from './midi-compact-reader.js';
import { writeMidiText } from './midi-compact-writer.js';
import { readMidiBytes } from './midi-raw.js';
import { PAYLOAD_FORMAT } from './types.js';

export { MidiBatch, type MidiWritten } from './midi-batch.js';

const OPENING_BRACE = 0x7b;

const textReader = new MidiTextReader();

/**
 * Writes as many events, from `first` on, as fit in `bodyBytesMax`; `out` says how many bytes they take and
 * which event comes next. An event alone too long for that: `next` stays `first`. What is
 * not a whole MIDI 1.0 message is passed over and counted in `batch.skipped`, so `next` may go on while
 * `bytes` is 0: then there is nothing to send. [engine-thread]
 */
export function writeMidiBody(
  format: number,
  slab: ByteSlab,
  bodyOffset: number,
  bodyBytesMax: number,
  batch: MidiBatch,
  first: number,
  out: MidiWritten,
): void {
  const { count } = batch;
  if (format === PAYLOAD_FORMAT.binary) {
    writeMidiBinary(slab.u8, bodyOffset, bodyBytesMax, batch, first, count, out);
  } else writeMidiText(format, slab.u8, bodyOffset, bodyBytesMax, batch, first, count, out);
}

/**
 * Fills `batch`, cleared first, with the events of a body. Events that are not valid, or for which there is
 * no room, are counted in `batch.skipped`, the others count. False when the body as a whole is damaged, or
 * nothing of it is valid; the batch is empty then. [engine-thread]
 */
export function readMidiBody(
  format: number,
  u8: Uint8Array,
  offset: number,
  bytes: number,
  batch: MidiBatch,
): boolean {
  batch.clear();
  let formed = true;
  if (format === PAYLOAD_FORMAT.binary) formed = readMidiBinary(u8, offset, bytes, batch);
  else if (format === PAYLOAD_FORMAT.json) formed = textReader.readDocument(u8, offset, bytes, batch);
  else textReader.readLines(u8, offset, bytes, batch);
  if (!formed) {
    batch.clear();
    batch.skipped = 1;
  }
  return batch.count > 0 || batch.skipped === 0;
}

/**
 * The same for a body of a base-only peer that names no format: raw MIDI bytes, or lines of text, which begin
 * with a brace as raw MIDI never does. Events have no numbers unless the text gives them. [engine-thread]
 */
export function readRawMidi(u8: Uint8Array, offset: number, bytes: number, batch: MidiBatch): boolean {
  if (bytes > 0 && u8[offset] === OPENING_BRACE) {
    return readMidiBody(PAYLOAD_FORMAT.compact, u8, offset, bytes, batch);
  }
  batch.clear();
  readMidiBytes(u8, offset, bytes, batch);
  return batch.count > 0 || batch.skipped === 0;
}
