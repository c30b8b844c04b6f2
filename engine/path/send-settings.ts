// The part of the settings that the way out needs, resolved to the wire's numbers once a change.
import { PAYLOAD_FORMAT, SAMPLE_FORMAT } from '../toast/types.js';
import type { EngineSettings } from '../worker/messages.js';

export interface SendSettings {
  readonly audio: {
    readonly packetFrames: number;
    readonly format: number;
    readonly sampleFormat: number;
    readonly maxDatagramBytes: number;
    readonly copies: number;
  };
  readonly audioOnce: SendSettings['audio'];
  readonly audioSpacingUs: number;
  readonly midi: { readonly format: number; readonly maxDatagramBytes: number; readonly copies: number };
  readonly midiSpacingUs: number;
}

export function sendSettings(settings: EngineSettings): SendSettings {
  const audio = {
    packetFrames: settings.packetFrames,
    format: PAYLOAD_FORMAT[settings.audioFormat],
    sampleFormat: SAMPLE_FORMAT[settings.audioSampleFormat],
    maxDatagramBytes: settings.maxDatagramBytes,
    copies: settings.audioCopies,
  };
  return {
    audio,
    audioOnce: { ...audio, copies: 1 },
    audioSpacingUs: settings.audioCopySpacingUs,
    midi: {
      format: PAYLOAD_FORMAT[settings.midiFormat],
      maxDatagramBytes: settings.maxDatagramBytes,
      copies: settings.midiCopies,
    },
    midiSpacingUs: settings.midiCopySpacingUs,
  };
}
