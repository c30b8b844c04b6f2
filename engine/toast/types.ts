// Names and numbers of the wire that more than one layer needs.
export const PACKET_TYPE = {
  midi: 1,
  audio: 2,
  video: 3,
  sync: 4,
  transport: 5,
  discovery: 6,
  heartbeat: 7,
  burstHeader: 8,
  repair: 9,
} as const;

export const PAYLOAD_FORMAT = { binary: 0, json: 1, compact: 2 } as const;
export type PayloadFormatName = keyof typeof PAYLOAD_FORMAT;

export const SAMPLE_FORMAT = { f32: 0, s24: 1, s16: 2 } as const;
export type SampleFormatName = keyof typeof SAMPLE_FORMAT;

export const HEADER_BYTES = 32;
export const EXTENSION_BYTES = 32;
/** Where the body of a packet of ours begins: header and extension block. */
export const BODY_OFFSET = HEADER_BYTES + EXTENSION_BYTES;

/** Rates that the header's hint can name; index 0 is "not said". */
export const RATES_HZ = [
  0, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 128000, 176400, 192000, 11025, 16000, 8000,
  12000,
] as const;
