// The part of the configuration that the engine thread needs, in its units.
import type { EngineSettings } from '../worker/messages.js';
import type { Configuration } from './configuration-table.js';

/** [control-thread] */
export function engineSettings(c: Configuration, interfaceAddresses: readonly string[]): EngineSettings {
  return {
    sessionName: c.session,
    interfaceAddresses,
    group: c.group,
    port: c.port,
    ttl: c.ttl,
    receiveBufferBytes: c['buffers.receiveBytes'],
    sendBufferBytes: c['buffers.sendBytes'],
    maxDatagramBytes: c['limits.maxDatagramBytes'],
    packetFrames: c.packetFrames,
    audioFormat: c['format.audio'],
    audioSampleFormat: c['format.samples'],
    midiFormat: c['format.midi'],
    audioCopies: c['redundancy.audio.copies'],
    audioCopySpacingUs: c['redundancy.audio.copySpacingMs'] * 1000,
    audioBytesRatio: c['redundancy.audio.bytesRatio'],
    audioAdaptive: c['redundancy.audio.adaptive'],
    audioRepairWindowPackets: c['redundancy.audio.repairWindowPackets'],
    midiCopies: c['redundancy.midi.copies'],
    midiJournalUs: c['redundancy.midi.journalMs'] * 1000,
    midiCopySpacingUs: c['redundancy.midi.copySpacingMs'] * 1000,
    spinUs: c.spinUs,
    realtimePriority: c.realtimePriority,
    streamsMax: c['limits.streamsMax'],
    peersMax: c['limits.peersMax'],
    packetsPerSecondMax: c['limits.packetsPerSecondMax'],
    concealmentShareOfBlock: c['concealment.shareOfBlock'],
    concealmentShareOfCore: c['concealment.shareOfCore'],
  };
}
