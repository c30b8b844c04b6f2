// Kernels whose batches count packets: 64 frames of stereo in 24 bits each, from 32 senders, or lines of MIDI.
import { BurstDedupJob } from '../../engine/gpu/kernels/burst-dedup.js';
import { JsonlParseJob } from '../../engine/gpu/kernels/jsonl-parse.js';
import { PacketParseJob } from '../../engine/gpu/kernels/packet-parse.js';
import { PACKET_RECORD } from '../../engine/gpu/layouts.js';
import { BurstDedupTwin } from '../../engine/gpu/twins/burst-dedup.js';
import { JsonlParseTwin } from '../../engine/gpu/twins/jsonl-parse.js';
import { PacketParseTwin } from '../../engine/gpu/twins/packet-parse.js';
import { writeAudioBody } from '../../engine/toast/audio-codec.js';
import { ByteSlab } from '../../engine/toast/byte-slab.js';
import { MidiBatch, writeMidiBody } from '../../engine/toast/midi-codec.js';
import { PacketFields, writePacket } from '../../engine/toast/packet.js';
import { BODY_OFFSET, PACKET_TYPE, PAYLOAD_FORMAT, SAMPLE_FORMAT } from '../../engine/toast/types.js';
import { caseOf, type Workload } from './workload.js';

const SENDERS = 32;
const STRIDE = 512;
const FRAMES = 64;
const COPIES = 3;
const SIZES = [1, 16, 64, 256, 1024, 4096, 16384, 65536];

function fieldsOf(index: number): PacketFields {
  const fields = new PacketFields();
  fields.type = PACKET_TYPE.audio;
  fields.senderIdLow = index % SENDERS;
  fields.streamId = 1;
  fields.epoch = 1;
  fields.sequence = Math.floor(index / SENDERS / COPIES) + 1;
  fields.burstTotal = COPIES;
  fields.burstIndex = Math.floor(index / SENDERS) % COPIES;
  fields.mediaTime = fields.sequence * FRAMES;
  return fields;
}

function fillPackets(job: PacketParseJob, packets: number): void {
  const slab = new ByteSlab(job.slab.buffer);
  const ring = Float32Array.from({ length: 2 * FRAMES }, (_, i) => Math.sin(i));
  job.begin();
  for (let i = 0; i < packets; i++) {
    const at = i * STRIDE;
    const { binary } = PAYLOAD_FORMAT;
    const body = writeAudioBody(
      binary,
      SAMPLE_FORMAT.s24,
      slab,
      at + BODY_OFFSET,
      48000,
      2,
      FRAMES,
      ring,
      0,
      FRAMES,
      0,
      FRAMES - 1,
    );
    job.add(at, writePacket(slab, at, fieldsOf(i), body));
  }
  job.finish(packets * STRIDE);
}

function fillRecords(job: BurstDedupJob, packets: number): void {
  const { records } = job.memory;
  for (let sender = 0; sender < SENDERS; sender++) {
    job.admit({ type: PACKET_TYPE.audio, streamId: 1, senderIdLow: sender, senderIdHigh: 0, epoch: 1 }, 0);
  }
  for (let i = 0; i < packets; i++) {
    const at = i * PACKET_RECORD.words;
    const { sequence, senderIdLow } = fieldsOf(i);
    records[at + PACKET_RECORD.at.kind] = PACKET_TYPE.audio | (1 << 17);
    records[at + PACKET_RECORD.at.streamId] = 1;
    records[at + PACKET_RECORD.at.senderIdLow] = senderIdLow;
    records[at + PACKET_RECORD.at.epoch] = 1;
    records[at + PACKET_RECORD.at.sequence] = sequence;
    records[at + PACKET_RECORD.at.fragment] = 1 << 16;
  }
  job.finish(packets);
}

const TEXT_STRIDE = 1400;
const EVENTS = 20;

/** Every second body twenty notes, the others 32 frames of stereo. */
function fillText(job: JsonlParseJob, packets: number): void {
  const slab = new ByteSlab(TEXT_STRIDE);
  const batch = new MidiBatch(EVENTS, 4 * EVENTS);
  for (let i = 0; i < EVENTS; i++) batch.push(3 * i, 1000 + i, Uint8Array.of(0x90, 30 + i, 100), 0, 3);
  const out = { bytes: 0, next: 0 };
  const ring = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const { compact } = PAYLOAD_FORMAT;
  writeMidiBody(compact, slab, 0, TEXT_STRIDE, batch, 0, out);
  const midi = slab.u8.slice(0, out.bytes);
  const bytes = writeAudioBody(compact, SAMPLE_FORMAT.f32, slab, 0, 48000, 2, 32, ring, 0, 32, 0, 31);
  const audio = slab.u8.slice(0, bytes);
  job.begin();
  for (let i = 0; i < packets; i++) {
    const text = i % 2 === 0 ? midi : audio;
    job.slab.set(text, i * TEXT_STRIDE);
    job.add(i % 2 === 0 ? PACKET_TYPE.midi : PACKET_TYPE.audio, i * TEXT_STRIDE, text.length);
  }
  job.finish(packets * TEXT_STRIDE);
}

export const PACKET_WORKLOADS: readonly Workload[] = [
  {
    stem: 'packet-parse',
    unit: 'packets',
    sizes: SIZES,
    make: (size) =>
      caseOf(
        () => new PacketParseJob(size, size * STRIDE),
        new PacketParseTwin(),
        (job) => fillPackets(job, size),
      ),
  },
  {
    stem: 'burst-dedup',
    unit: 'packets',
    sizes: SIZES,
    make: (size) =>
      caseOf(
        () => new BurstDedupJob({ packetsMax: size, streamEntries: 128, windowSize: 2048, seed: 1 }),
        new BurstDedupTwin(),
        (job) => fillRecords(job, size),
      ),
  },
  {
    stem: 'jsonl-parse',
    unit: 'packets',
    sizes: SIZES.filter((size) => size <= 4096),
    make: (size) => {
      const sizes = {
        packetsMax: size,
        slabBytesMax: size * TEXT_STRIDE,
        linesMax: size * EVENTS,
        linesEach: EVENTS,
      };
      const make = () => new JsonlParseJob(sizes);
      return caseOf(make, new JsonlParseTwin(TEXT_STRIDE), (job) => fillText(job, size));
    },
  },
];
