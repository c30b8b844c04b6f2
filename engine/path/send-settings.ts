// The part of the settings that the way out needs, resolved to the wire's numbers once a change.
import { PAYLOAD_FORMAT, SAMPLE_FORMAT } from '../toast/types.js';
import type { EngineSettings } from '../worker/messages.js';
import type { AudioSendSettings } from './audio-sender.js';
import type { MidiSendSettings } from './midi-sender.js';
import type { RepairSendSettings } from './repair-sender.js';

export interface SendSettings {
  /** By the redundancy that a plugin chose: none, burst, jellie, fec. */
  readonly audio: readonly AudioSendSettings[];
  readonly audioSpacingUs: number;
  readonly repair: RepairSendSettings;
  readonly midi: MidiSendSettings;
  readonly midiSpacingUs: number;
}

export function sendSettings(settings: EngineSettings): SendSettings {
  const audio = {
    packetFrames: settings.packetFrames,
    format: PAYLOAD_FORMAT[settings.audioFormat],
    sampleFormat: SAMPLE_FORMAT[settings.audioSampleFormat],
    maxDatagramBytes: settings.maxDatagramBytes,
  };
  const once = { ...audio, copies: 1, jellie: false, repair: false };
  const repair = {
    bytesRatio: settings.audioBytesRatio,
    adaptive: settings.audioAdaptive,
    windowPackets: settings.audioRepairWindowPackets,
    maxDatagramBytes: settings.maxDatagramBytes,
  };
  return {
    audio: [
      once,
      { ...once, copies: settings.audioCopies },
      { ...once, jellie: true },
      { ...once, repair: true },
    ],
    audioSpacingUs: settings.audioCopySpacingUs,
    repair,
    midi: {
      format: PAYLOAD_FORMAT[settings.midiFormat],
      maxDatagramBytes: settings.maxDatagramBytes,
      copies: settings.midiCopies,
      journalUs: settings.midiJournalUs,
    },
    midiSpacingUs: settings.midiCopySpacingUs,
  };
}
