// The table of structs that TypeScript and WGSL share; test/gpu/layouts.test.ts holds the shaders against it.
import { structLayout } from './struct-layout.js';

/** A datagram in the slab; it begins at a multiple of four. A negative length: it was truncated. */
export const PACKET_SPAN = structLayout('PacketSpan', { offset: 'u32', bytes: 'i32' });

/** What packet-parse says about a datagram; all zero but for `kind` when it was rejected. */
export const PACKET_RECORD = structLayout('PacketRecord', {
  /** type, format << 8, sealed << 16, extension << 17, reason << 24 (index into REJECT_REASONS) */
  kind: 'u32',
  sequence: 'u32',
  timestampUs: 'u32',
  burstId: 'u32',
  /** index, total << 8, blockFramesLog2 << 16, rateCode << 24 */
  burst: 'u32',
  sessionId: 'u32',
  senderIdLow: 'u32',
  senderIdHigh: 'u32',
  streamId: 'u32',
  /** index, count << 16 */
  fragment: 'u32',
  mediaTimeLow: 'u32',
  mediaTimeHigh: 'u32',
  epoch: 'u32',
  captureTimeHigh: 'u32',
  /** In bytes of the slab. */
  bodyOffset: 'u32',
  bodyBytes: 'u32',
});

export const PARSE_PARAMS = structLayout('ParseParams', { packetCount: 'u32' });

export const DEDUP_PARAMS = structLayout('DedupParams', {
  packetCount: 'u32',
  /** Entries of the stream table less one. */
  streamMask: 'u32',
  /** Sequence numbers that a window remembers, less one. */
  windowMask: 'u32',
  /** Entries of the batch's own hash table, less one. */
  tableMask: 'u32',
  seed: 'u32',
});

/** A stream that has a window on the device; its index in the table is the window's. */
export const STREAM_ENTRY = structLayout('StreamEntry', {
  /** type, streamId << 8; 0 = free */
  channel: 'u32',
  senderIdLow: 'u32',
  senderIdHigh: 'u32',
  epoch: 'u32',
});

export const STREAM_HEAD = structLayout('StreamHead', {
  /** The newest sequence number before this batch. */
  newest: 'i32',
  /** How far the batch is ahead of it. */
  reach: 'i32',
  /** The newest sequence number after this batch. */
  next: 'i32',
});

export const RECOVER_PARAMS = structLayout('RecoverParams', {
  windowCount: 'u32',
  /** Words of each symbol. */
  symbolWords: 'u32',
});

/** The source packets that a few repair packets speak of: at most PLACES_MAX places, the oldest first. */
export const RECOVER_WINDOW = structLayout('RecoverWindow', {
  places: 'u32',
  /** Repair packets, in the order in which they came. */
  rows: 'u32',
  /** A bit for each place whose packet is there, places 0..31 and 32..63. */
  knownLow: 'u32',
  knownHigh: 'u32',
  /** Symbol of place 0 in `symbols`; the others follow, those that are missing as well. */
  firstSymbol: 'u32',
  /** Symbol of row 0 in `symbols`; the others follow. */
  firstCoded: 'u32',
  /** First of the window's rows in `rows`. */
  firstRow: 'u32',
  /** Symbol in `recovered` where those of this window begin: room for as many as rows or missing places. */
  firstRecovered: 'u32',
});

/** A repair packet: it speaks of `count` places from `first` on. */
export const RECOVER_ROW = structLayout('RecoverRow', { seed: 'u32', first: 'u32', count: 'u32' });

/** What became of a window. */
export const RECOVER_RESULT = structLayout('RecoverResult', {
  /** A bit for each place that was recovered; their symbols lie in `recovered`, the oldest first. */
  recoveredLow: 'u32',
  recoveredHigh: 'u32',
  /** A bit for each row that said nothing new. */
  redundantRows: 'u32',
  recovered: 'u32',
});

export const RESAMPLE_PARAMS = structLayout('ResampleParams', { pieceCount: 'u32' });

/** Frames of one stream to be made; planes of the source and of the result follow each other. */
export const RESAMPLE_PIECE = structLayout('ResamplePiece', {
  planes: 'u32',
  frames: 'u32',
  /** In `source`: frame 0 lies halfTaps - 1 frames before the first position. */
  source: 'u32',
  sourceStride: 'u32',
  result: 'u32',
  resultStride: 'u32',
  /** In `taps`: rows of 2 * halfTaps. */
  taps: 'u32',
  halfTaps: 'u32',
  phasesLog2: 'u32',
  /** Of a source frame, in 2^-32. */
  fraction: 'u32',
  /** Source frames for each frame made: whole ones, and 2^-32ths. */
  stepWhole: 'u32',
  stepFraction: 'u32',
});

/** Of the kernel alone: where a frame lies in its source. */
export const RESAMPLE_POSITION = structLayout('ResamplePosition', { frame: 'u32', fraction: 'u32' });

export const METER_PARAMS = structLayout('MeterParams', { channelCount: 'u32' });

/** One channel's block, and the filter that weighs it as ears do. */
export const METER_CHANNEL = structLayout('MeterChannel', {
  /** In `samples`. */
  start: 'u32',
  frames: 'u32',
  /** Whose filter state goes on. */
  state: 'u32',
  shelfB0: 'f32',
  shelfB1: 'f32',
  shelfB2: 'f32',
  shelfA1: 'f32',
  shelfA2: 'f32',
  highPassG: 'f32',
  highPassK: 'f32',
});

export const METER_LEVEL = structLayout('MeterLevel', {
  /** Largest magnitude. */
  peak: 'f32',
  /** Mean of the squares. */
  meanSquare: 'f32',
  /** The same behind the filter: loudness is -0.691 + 10 log10 of its sum over channels. */
  weightedMeanSquare: 'f32',
});

export const JELLIE_PARAMS = structLayout('JellieParams', { blockCount: 'u32' });

/** Two descriptions of one block, the lower kind first. */
export const JELLIE_BLOCK = structLayout('JellieBlock', {
  sampleRate: 'u32',
  /** channels, sampleFormat << 8, frames << 16: as in a BINARY body */
  shape: 'u32',
  /** first, second << 8, modular << 16 */
  kinds: 'u32',
  /** Where their words begin, in bytes of the slab. */
  firstAt: 'u32',
  secondAt: 'u32',
  /** Word of `bodies` where the BINARY body begins. */
  body: 'u32',
});

export const JSONL_PARAMS = structLayout('JsonlParams', { packetCount: 'u32' });

/** A body of text: MIDI lines or an audio object. */
export const TEXT_BODY = structLayout('TextBody', {
  /** Packet type: 1 MIDI, 2 audio. */
  kind: 'u32',
  /** In bytes of the slab. */
  offset: 'u32',
  bytes: 'u32',
  /** MIDI: first of its records in `lines`, and how many there is room for. */
  firstLine: 'u32',
  lineRoom: 'u32',
  /** MIDI: word of `data` where longer messages of the body begin. Audio: its first sample in `data`. */
  firstData: 'u32',
});

export const TEXT_RESULT = structLayout('TextResult', {
  /** TEXT_STATUS of the body as a whole. */
  status: 'u32',
  /** MIDI: lines looked at, blank ones included. */
  lines: 'u32',
  /** Audio: what the object says, and where its base64 begins (in bytes of the slab). */
  sampleRate: 'u32',
  channels: 'u32',
  sampleFormat: 'u32',
  frames: 'u32',
  dataAt: 'u32',
});

/** One line of MIDI. */
export const LINE_RECORD = structLayout('LineRecord', {
  /** TEXT_STATUS */
  status: 'u32',
  frameOffset: 'i32',
  eventNumber: 'u32',
  /** 0 when the line has none. */
  hasNumber: 'u32',
  byteLength: 'u32',
  /** Up to four bytes, the first one lowest; longer messages lie in `data`. */
  message: 'u32',
  /** Word of `data` where a longer message begins. */
  dataAt: 'u32',
});

/** Of the kernel alone: what an audio object says, as far as it was read. */
export const AUDIO_HEAD = structLayout('AudioHead', {
  sampleFormat: 'u32',
  channels: 'u32',
  sampleRate: 'u32',
  samples: 'u32',
  dataStart: 'u32',
  dataEnd: 'u32',
});

/** Of the kernel alone: where a line begins and ends, in bytes of the slab. */
export const LINE_BOUNDS = structLayout('LineBounds', { begin: 'u32', end: 'u32' });

export const REPAIR_PARAMS = structLayout('RepairParams', {
  gapCount: 'u32',
  /** Floats of scratch that each gap has. */
  scratchEach: 'u32',
});

/** One gap of one channel. Places are in `samples`. */
export const REPAIR_GAP = structLayout('RepairGap', {
  /** Frames that a model is fitted to: before the gap, and behind it; 0 = none. */
  nearAt: 'u32',
  nearFrames: 'u32',
  farAt: 'u32',
  farFrames: 'u32',
  /** 0: the model is there already. Else how long it may be. */
  fitOrder: 'u32',
  /** Whose model it is. */
  model: 'u32',
  /** The frames to be made: so many, behind the frames that end at `before`. */
  length: 'u32',
  before: 'u32',
  /** Held frames that they lead to; `steered` = 0: nothing is known there. */
  after: 'u32',
  steered: 'u32',
  /** What drives the model inside the gap; with a lag: how much of its own error of one period before. */
  excitation: 'u32',
  /** The period in frames, which the frames before the gap hold, and a model's length more; 0: there is none. */
  lag: 'u32',
  /** With a lag: how much of the mean magnitude of those errors is added, frame by frame. */
  noise: 'u32',
  /** In `result`. */
  result: 'u32',
});

/** A model: x[n] = -(a[1] x[n-1] + .. + a[order] x[n-order]) + error; its coefficients lie in `models`. */
export const REPAIR_MODEL = structLayout('RepairModel', { order: 'u32', errorEnergy: 'f32' });

export const LAYOUTS = [
  REPAIR_PARAMS,
  REPAIR_GAP,
  REPAIR_MODEL,
  JSONL_PARAMS,
  TEXT_BODY,
  TEXT_RESULT,
  LINE_RECORD,
  LINE_BOUNDS,
  AUDIO_HEAD,
  JELLIE_PARAMS,
  JELLIE_BLOCK,
  RESAMPLE_PARAMS,
  RESAMPLE_PIECE,
  RESAMPLE_POSITION,
  METER_PARAMS,
  METER_CHANNEL,
  METER_LEVEL,
  RECOVER_PARAMS,
  RECOVER_WINDOW,
  RECOVER_ROW,
  RECOVER_RESULT,
  PACKET_SPAN,
  PACKET_RECORD,
  PARSE_PARAMS,
  DEDUP_PARAMS,
  STREAM_ENTRY,
  STREAM_HEAD,
] as const;
