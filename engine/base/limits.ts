// Everything has a limit. One table: the value, its unit in the name, and the reason.

/** The largest datagram of any setting. */
export const DATAGRAM_BYTES_MAX = 9000;

/** A packet's frames must fit a slot's ring many times over, whatever its rate. */
export const PACKET_FRAMES_MAX = 1024;

/** The longest MIDI message carried whole: a 64 KiB SysEx dump and a little more. */
export const MIDI_MESSAGE_BYTES_MAX = 72 * 1024;

/** Text form of the longest message: four characters a byte, and the record around it. */
export const MIDI_BODY_BYTES_MAX = 4 * MIDI_MESSAGE_BYTES_MAX + 1024;

/** Fragments of one payload: the longest body in datagrams of 576 bytes, rounded up. */
export const FRAGMENTS_MAX = 1024;

/** Payloads being put together at one time, for all senders. The oldest gives way. */
export const REASSEMBLIES_MAX = 8;

/** A sender that says nothing at all for this long is gone. Announcements come every second. */
export const PEER_SILENCE_MAX_US = 2_800_000;

/** After this long without a packet of its sender, a note that still sounds is released. */
export const NOTE_SILENCE_MAX_US = 1_500_000;

/** A stream without packets for this long is no longer concealed: its sender pauses. */
export const STREAM_IDLE_AFTER_US = 250_000;

/** Jitter buffers of all streams together: 128 stereo streams twice over; a stream without room is refused. */
export const JITTER_BYTES_MAX = 144 << 20;

/** Frame numbers beyond this are nobody's: around it, arithmetic on doubles must stay exact (3000 years at 48 kHz). */
export const FRAME_NUMBER_MAX = 2 ** 52;

/** Consecutive late packets after which a stream's place in time is fixed anew. */
export const LATE_RUN_MAX = 32;

/** Discovery and transport texts handed to the control thread in a second; more are counted and dropped. */
export const CONTROL_TEXTS_PER_SECOND_MAX = 64;

/** Datagrams taken from the socket in one batch, and handed to it in one. */
export const BATCH_MAX = 64;

/** Sent packets that each stream remembers for its further copies. */
export const HISTORY_PACKETS = 64;

/** Events in one MIDI batch. */
export const MIDI_BATCH_EVENTS = 256;

/** Source packets that one repair packet may protect. */
export const REPAIR_WINDOW_MAX = 32;

/** Body and header of the longest packet that the code protects: larger than any default datagram. */
export const REPAIR_SYMBOL_BYTES_MAX = 1536;

/** Bytes that one stream's decoder multiplies in a tick at most: about a millisecond. */
export const REPAIR_WORK_BYTES_PER_TICK = 1_000_000;

/** Blocks of which descriptions are kept: more than any usual receive latency holds. */
export const JELLIE_BLOCKS = 128;

/** After so long without a tick plugins have given the engine up: what came meanwhile is nobody's any more. */
export const STALL_US = 500_000;
