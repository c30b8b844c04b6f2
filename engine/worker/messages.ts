// What the [control-thread] and the [engine-thread] say to each other. Rare, small, never audio.
// To the engine thread: posted on a MessagePort, then the doorbell is rung; it takes them between ticks.
import type { PipelineMemory } from '../gpu/pipeline/mailbox.js';
import type { PayloadFormatName } from '../toast/types.js';

/** Everything the engine thread needs to know from the configuration; numbers carry their units. */
export interface EngineSettings {
  readonly sessionName: string;
  /** Interface addresses (IPv4) that multicast is sent and received on. */
  readonly interfaceAddresses: readonly string[];
  readonly group: string;
  readonly port: number;
  readonly ttl: number;
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  readonly maxDatagramBytes: number;
  readonly packetFrames: number;
  readonly audioFormat: PayloadFormatName;
  readonly audioSampleFormat: 'f32' | 's24' | 's16';
  readonly midiFormat: PayloadFormatName;
  readonly audioCopies: number;
  readonly audioCopySpacingUs: number;
  /** Redundancy fec: bytes against none, and packets that each repair packet protects. */
  readonly audioBytesRatio: number;
  readonly audioRepairWindowPackets: number;
  /** The ratio follows the loss that receivers announce. */
  readonly audioAdaptive: boolean;
  readonly midiCopies: number;
  readonly midiCopySpacingUs: number;
  /** How long MIDI events are repeated in later packets; 0 = bursts only. */
  readonly midiJournalUs: number;
  /** How long the wait spins before it sleeps. */
  readonly spinUs: number;
  /** SCHED_FIFO priority to ask for; 0 asks for none. */
  readonly realtimePriority: number;
  readonly streamsMax: number;
  readonly peersMax: number;
  readonly packetsPerSecondMax: number;
  readonly concealmentShareOfBlock: number;
  readonly concealmentShareOfCore: number;
}

export interface EngineThreadData {
  readonly segmentName: string;
  readonly settings: EngineSettings;
  readonly metricsMemory: SharedArrayBuffer;
  /** Int32: [0] commands waiting. */
  readonly signalMemory: SharedArrayBuffer;
  readonly senderIdLow: number;
  readonly senderIdHigh: number;
  /** What is shared with the GPU thread; null: there is never one. */
  readonly pipelineMemory: PipelineMemory | null;
}

export interface AnnouncedStream {
  readonly kind: 'midi' | 'audio';
  readonly channel: number;
  readonly epoch: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** The largest block of the sender's host: how far its packets may bunch up. */
  readonly blockFrames: number;
  readonly format: string;
}

/** What all receivers together announce of one channel that we send on. */
export interface Reception {
  readonly channel: number;
  /** Share of packets, 0..1, that did not come by themselves. */
  readonly worstLoss: number;
  readonly latencyMsMin: number;
}

export type ToEngine =
  | { readonly kind: 'receptions'; readonly receptions: readonly Reception[] }
  | { readonly kind: 'announcement'; readonly body: Uint8Array }
  | {
      readonly kind: 'peerStreams';
      readonly senderIdLow: number;
      readonly senderIdHigh: number;
      readonly leaving: boolean;
      readonly streams: readonly AnnouncedStream[];
    }
  | {
      readonly kind: 'songPlace';
      readonly senderIdLow: number;
      readonly senderIdHigh: number;
      readonly channel: number;
      readonly epoch: number;
      readonly playing: boolean;
      readonly mediaFrame: number;
      /** In frames of the sender's rate. */
      readonly songFrame: number;
    }
  | { readonly kind: 'settings'; readonly settings: EngineSettings }
  | { readonly kind: 'stop'; readonly farewell: Uint8Array };

export type FromEngine =
  | { readonly kind: 'ready'; readonly realtime: string; readonly receiveBufferBytes: number }
  | { readonly kind: 'fatal'; readonly message: string }
  | {
      readonly kind: 'discovery';
      readonly senderIdLow: number;
      readonly senderIdHigh: number;
      readonly address: string;
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'transport';
      readonly senderIdLow: number;
      readonly senderIdHigh: number;
      readonly body: Uint8Array;
    }
  /** The streams this engine sends have changed: announce them at once. */
  | { readonly kind: 'localStreams'; readonly streams: readonly AnnouncedStream[] }
  | { readonly kind: 'stopped' };
