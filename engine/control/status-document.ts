// What `status --json` prints: the shape of the document in the segment's status area. Others script
// against it: names are added, never renamed. Lists follow the route, counters too.
import type { GlobalColumn, HistogramName, RejectReason } from '../base/metrics-slab.js';
import type { GpuStatus } from './gpu-host.js';
import type { RouteCopies } from './route-copies.js';

export interface StatusDocument {
  readonly engine: {
    readonly version: string;
    readonly pid: number;
    readonly name: string;
    readonly session: string;
    readonly segment: string;
    readonly generation: number;
    readonly senderId: string;
    readonly uptimeS: number;
    /** '' when the engine thread has real-time priority, else why not. */
    readonly realtime: string;
    readonly memoryBytes: number;
  };
  readonly network: {
    readonly interfaces: readonly { readonly name: string; readonly address: string }[];
    readonly group: string;
    readonly port: number;
    readonly ttl: number;
    readonly receiveBufferBytes: number;
    readonly receiveBufferBytesWanted: number;
  };
  readonly counters: Readonly<Record<Exclude<GlobalColumn, 'startedUs' | 'heartbeatUs'>, number>>;
  /** Datagrams: `counters.packetsReceived` = `accepted` + the sum of `rejected`. */
  readonly accepted: number;
  readonly rejected: Readonly<Record<Exclude<RejectReason, 'accepted'>, number>>;
  /** Announcements of newcomers over the limit; announcements and transport messages without sense. */
  readonly peersRefused: number;
  readonly announcementsInvalid: number;
  readonly latencyUs: Readonly<Record<HistogramName, PercentilesUs | null>>;
  readonly peers: readonly PeerStatus[];
  readonly streams: readonly StreamStatus[];
  /** The sums of the streams that have ended. */
  readonly ended: {
    readonly sent: { readonly audio: SentCounters; readonly midi: SentCounters };
    readonly received: { readonly audio: ReceivedCounters; readonly midi: ReceivedCounters };
  };
  readonly slots: readonly SlotStatus[];
  readonly devices: DevicesStatus;
  readonly gpu: GpuStatus;
  readonly route: RouteCopies;
  /** What did not fit into the status area: how many of each list are left out. */
  readonly truncated: { readonly streams: number; readonly peers: number; readonly slots: number };
}

export interface PercentilesUs {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export interface PeerStatus {
  readonly id: string;
  /** '' until it has announced itself. */
  readonly name: string;
  readonly software: string;
  readonly address: string;
  readonly baseOnly: boolean;
  readonly packets: number;
  readonly silentMs: number;
  readonly clockOffsetUs: number;
  readonly streamsAnnounced: number;
  /** What its host's transport does, once it has said so. */
  readonly transport: { readonly playing: boolean; readonly tempo: number | null } | null;
}

interface StreamIdentity {
  readonly kind: 'audio' | 'midi';
  readonly channel: number;
  readonly slot: number;
  readonly sampleRate: number;
  readonly channels: number;
}
/** Frames for audio, events for MIDI, where not said otherwise. */
export interface SentCounters {
  readonly captured: number;
  /** Packets. */
  readonly packetized: number;
  /** Datagrams, copies included. */
  readonly sent: number;
  readonly overruns: number;
}
export interface ReceivedCounters {
  /** Datagrams, as are the five that follow. */
  readonly received: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly late: number;
  readonly accepted: number;
  readonly lost: number;
  readonly framesReceived: number;
  readonly recovered: number;
  readonly concealed: number;
  /** Of those: for want of time or context. */
  readonly concealedCheaply: number;
  readonly silent: number;
  readonly played: number;
  readonly eventsLate: number;
  readonly eventsDuplicate: number;
  readonly notesReleased: number;
  readonly underruns: number;
  readonly overruns: number;
}
export interface SentStream extends StreamIdentity, SentCounters {
  readonly direction: 'sent';
  readonly levelDb: number | null;
}
export interface ReceivedStream extends StreamIdentity, ReceivedCounters {
  readonly direction: 'received';
  readonly sender: string;
  readonly senderName: string;
  readonly epoch: number;
  readonly rateMismatch: boolean;
  readonly driftPpm: number;
  readonly latencyFrames: number;
  /** Receive latency that nearly all packets would be in time for; null while unknown. */
  readonly suggestedLatencyMs: number | null;
  readonly bufferedFrames: number;
  readonly silentMs: number;
  readonly levelDb: number | null;
  /** Where the GPU measures; null elsewhere. Root mean square; momentary loudness; octaves from 63 Hz to 16 kHz. */
  readonly levelRmsDb: number | null;
  readonly loudnessLufs: number | null;
  readonly bandsDb: readonly (number | null)[] | null;
}
export type StreamStatus = SentStream | ReceivedStream;

export interface SlotStatus {
  readonly slot: number;
  readonly name: string;
  readonly pid: number;
  readonly active: boolean;
  readonly mode: string;
  readonly channel: number;
  readonly latencyMs: number;
  readonly midi: boolean;
  readonly sampleRate: number;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly blockFrames: number;
  readonly status: string;
  readonly streamsHeard: number;
  readonly latencyFrames: number;
  readonly underruns: number;
  readonly underrunFrames: number;
  readonly midiDropped: number;
}

export interface DevicesStatus {
  /** '' when there is a MIDI system, else why there is none. */
  readonly unavailable: string;
  readonly routes: readonly {
    readonly port: string;
    readonly direction: 'in' | 'out' | 'both';
    readonly channel: number;
    readonly virtual: boolean;
    /** The names of the ports found; '' while missing; of the direction not wanted, too. */
    readonly input: string;
    readonly output: string;
    readonly eventsIn: number;
    readonly eventsOut: number;
    /** '' when it works, else what is wrong. */
    readonly problem: string;
  }[];
}
