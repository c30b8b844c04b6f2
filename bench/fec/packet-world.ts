// The packets of the measurements: 64 frames of stereo floats, as datagrams.
import { REPAIR_OVERHEAD_BYTES } from '../../engine/fec/repair-body.js';
import { SYMBOL_HEADER_BYTES } from '../../engine/fec/source-symbol.js';
import { AUDIO_PREFIX_BYTES } from '../../engine/toast/audio-binary.js';
import { BODY_OFFSET } from '../../engine/toast/types.js';

export const PACKET_FRAMES = 64;
export const SAMPLE_RATE = 48000;
export const BODY_BYTES = AUDIO_PREFIX_BYTES + PACKET_FRAMES * 2 * 4;
export const SYMBOL_BYTES = SYMBOL_HEADER_BYTES + BODY_BYTES;
export const SOURCE_DATAGRAM_BYTES = BODY_OFFSET + BODY_BYTES;
export const REPAIR_DATAGRAM_BYTES = SOURCE_DATAGRAM_BYTES + REPAIR_OVERHEAD_BYTES;
export const WINDOW_MAX = 32;
