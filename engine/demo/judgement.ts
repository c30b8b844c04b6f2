// Was the job done? The rule, and what it gives for one run. Nothing here is a matter of taste: what may be
// lost is what chance loses when a packet goes only if all its copies go.
import { lossesMax, weightedLossesMax } from './arithmetic.js';
import type { AudioComparison } from './compare-audio.js';
import type { MidiComparison } from './compare-midi.js';
import type { FrameMessage } from './smf-writer.js';

/** As the plugin's parameter names them. */
export const REDUNDANCY_NAMES = ['none', 'burst', 'jellie', 'fec'] as const;
export type RedundancyName = (typeof REDUNDANCY_NAMES)[number];

export interface Promised {
  readonly redundancy: RedundancyName;
  /** Of a burst: copies of each packet. */
  readonly audioCopies: number;
  /** Of the coded kind: bytes sent against the stream alone. */
  readonly audioBytesRatio: number;
  /** The probability that one datagram is lost. */
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
/** Every event is repeated until the journal's end: up to this loss, chance takes none for good. */
const MIDI_LOSS_SURVIVED = 0.8;

export const RULE =
  'done means: every frame sent is exact or concealed, none missing; exact frames and MIDI events in time are ' +
  `no fewer than in ${CONFIDENCE * 100} % of runs by arithmetic (a packet is lost for good with p^copies); ` +
  `no event twice, none missing at up to ${MIDI_LOSS_SURVIVED * 100} % loss, no note hung`;

export function judge(
  audio: AudioComparison,
  midi: MidiComparison,
  sent: readonly FrameMessage[],
  promised: Promised,
): Judgement {
  const { packetFrames, midiLoss, midiCopies } = promised;
  const packets = Math.ceil(audio.sent / packetFrames) + 1;
  const packetsLost = lossesMax(packets, audioLossForGood(promised), CONFIDENCE);
  const framesExactMin = Math.max(0, audio.sent - packetsLost * packetFrames);
  const sizes = eventsPerBlock(sent, promised.blockFrames);
  const eventsExactMin = midi.sent - weightedLossesMax(sizes, midiLoss ** midiCopies, CONFIDENCE);
  const complaints = [
    audio.offsetFrames === undefined && 'nothing of what was sent is in what was received',
    audio.silent > 0 && `${audio.silent} frames are missing`,
    audio.exact < framesExactMin && `${audio.exact} exact frames, at least ${framesExactMin} were promised`,
    midi.exact < eventsExactMin &&
      `${midi.exact} MIDI events in time, at least ${eventsExactMin} were promised`,
    midi.missing > 0 && midiLoss <= MIDI_LOSS_SURVIVED && `${midi.missing} MIDI events are missing`,
    midi.duplicated > 0 && `${midi.duplicated} MIDI events arrived twice`,
    midi.unexpected > 0 && `${midi.unexpected} MIDI events arrived that were not sent`,
    midi.hung > 0 && `${midi.hung} notes hang`,
  ].filter((complaint) => complaint !== false);
  return { done: complaints.length === 0, framesExactMin, eventsExactMin, complaints };
}

/**
 * The probability that an audio packet's frames are lost for good. Coded redundancy is held to what plain
 * copies of the same bytes would do, which it betters, as long as it can work at all.
 */
export function audioLossForGood({
  redundancy,
  audioLoss: p,
  audioCopies,
  audioBytesRatio,
}: Promised): number {
  switch (redundancy) {
    case 'none':
      return p;
    case 'burst':
      return p ** audioCopies;
    case 'jellie': // any two of four descriptions will do
      return 4 * p ** 3 * (1 - p) + p ** 4;
    case 'fec':
      return (1 - p) * audioBytesRatio > 1.5 ? p ** audioBytesRatio : p;
  }
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
