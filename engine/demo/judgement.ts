// Was the job done? The rule, and what it gives for one run. Nothing here is a matter of taste: what may be
// lost is what chance loses when a packet goes only if all its copies go.
import { lossesMax, weightedLossesMax } from './arithmetic.js';
import type { AudioComparison } from './compare-audio.js';
import type { MidiComparison } from './compare-midi.js';
import type { FrameMessage } from './smf-writer.js';

export interface Promised {
  /** Copies of each packet, and the probability that one copy is lost. */
  readonly audioCopies: number;
  readonly audioLoss: number;
  readonly midiCopies: number;
  readonly midiLoss: number;
  readonly packetFrames: number;
  readonly blockFrames: number;
}

export interface Judgement {
  readonly done: boolean;
  readonly framesExactMin: number;
  readonly eventsExactMin: number;
  /** What was not as it must be, in words. */
  readonly complaints: readonly string[];
}

export const CONFIDENCE = 0.999;

export const RULE =
  'done means: every frame sent is exact or concealed, none missing; exact frames and MIDI events in time are ' +
  `no fewer than in ${CONFIDENCE * 100} % of runs by arithmetic (a packet is lost with p^copies); ` +
  'no event twice, no note hung';

export function judge(
  audio: AudioComparison,
  midi: MidiComparison,
  sent: readonly FrameMessage[],
  promised: Promised,
): Judgement {
  const { packetFrames, audioLoss, audioCopies, midiLoss, midiCopies } = promised;
  const packets = Math.ceil(audio.sent / packetFrames) + 1;
  const packetsLost = lossesMax(packets, audioLoss ** audioCopies, CONFIDENCE);
  const framesExactMin = Math.max(0, audio.sent - packetsLost * packetFrames);
  const sizes = eventsPerBlock(sent, promised.blockFrames);
  const eventsExactMin = midi.sent - weightedLossesMax(sizes, midiLoss ** midiCopies, CONFIDENCE);
  const complaints = [
    audio.offsetFrames === undefined && 'nothing of what was sent is in what was received',
    audio.silent > 0 && `${audio.silent} frames are missing`,
    audio.exact < framesExactMin && `${audio.exact} exact frames, at least ${framesExactMin} were promised`,
    midi.exact < eventsExactMin &&
      `${midi.exact} MIDI events in time, at least ${eventsExactMin} were promised`,
    midi.duplicated > 0 && `${midi.duplicated} MIDI events arrived twice`,
    midi.unexpected > 0 && `${midi.unexpected} MIDI events arrived that were not sent`,
    midi.hung > 0 && `${midi.hung} notes hang`,
  ].filter((complaint) => complaint !== false);
  return { done: complaints.length === 0, framesExactMin, eventsExactMin, complaints };
}

/** Events of one block travel in one packet: they arrive or are lost together. */
function eventsPerBlock(sent: readonly FrameMessage[], blockFrames: number): number[] {
  const sizes = new Map<number, number>();
  for (const { frame } of sent) {
    const block = Math.floor(frame / blockFrames);
    sizes.set(block, (sizes.get(block) ?? 0) + 1);
  }
  return [...sizes.values()];
}
