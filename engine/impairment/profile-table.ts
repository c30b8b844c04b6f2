// Every key of an impairment profile, once: what it means, its unit, its range.
import type { Option } from '../control/configuration-table.js';

const percent = (key: string, fallback: number, doc: string): Option => ({
  ...{ key, type: 'number', fallback, min: 0, max: 100, unit: '%', doc },
});
const milliseconds = (key: string, fallback: number, max: number, doc: string): Option => ({
  ...{ key, type: 'number', fallback, min: 0, max, unit: 'ms', doc },
});
const whole = (
  key: string,
  fallback: number,
  min: number,
  max: number,
  unit: string,
  doc: string,
): Option => ({
  ...{ key, type: 'whole number', fallback, min, max, unit, doc },
});

/** Times of a run end here: eleven days. */
const RUN_MS_MAX = 1e9;
const DELAY_MS_MAX = 60_000;

export const PROFILE_OPTIONS: readonly Option[] = [
  percent('loss.percent', 0, 'packets lost, of every kind'),
  percent('loss.audioPercent', 0, 'AUDIO and REPAIR packets lost, if not as many as of the others'),
  percent('loss.midiPercent', 0, 'MIDI packets lost, if not as many as of the others'),
  {
    ...{ key: 'loss.burstPackets', type: 'number', fallback: 0, min: 0, max: 10_000, unit: 'packets' },
    doc: 'mean length of a loss burst (Gilbert-Elliott); 0: each loss is independent',
  },
  milliseconds('loss.burstMs', 0, DELAY_MS_MAX, 'the same in milliseconds; one of the two'),
  percent('loss.insideBurstPercent', 100, 'of the packets inside a burst, those that are lost'),
  percent('duplicate.percent', 0, 'packets that arrive twice'),
  percent('reorder.percent', 0, 'packets held back, so that later ones overtake them'),
  milliseconds('reorder.holdMs', 4, DELAY_MS_MAX, 'for how long'),
  percent('corrupt.percent', 0, 'packets of which bits arrive inverted'),
  whole('corrupt.bits', 3, 1, 8, 'bits', 'how many at most; a checksum finds any three'),
  milliseconds('delay.ms', 0, DELAY_MS_MAX, 'what every packet takes'),
  milliseconds('delay.jitterMs', 0, DELAY_MS_MAX, 'on top of it: at most (uniform), or on average'),
  {
    ...{ key: 'delay.jitterShape', type: 'choice', fallback: 'uniform' },
    choices: ['uniform', 'exponential', 'pareto'],
    doc: 'how it is distributed; the last two have a tail, pareto a long one',
  },
  {
    ...{ key: 'delay.inOrder', type: 'switch', fallback: false },
    doc: 'as a queue: no packet overtakes another because of jitter',
  },
];

export const PARTITION_OPTIONS: readonly Option[] = [
  milliseconds('fromMs', 0, RUN_MS_MAX, 'nothing passes from here, counted from the start'),
  milliseconds('toMs', 0, RUN_MS_MAX, 'to here'),
  milliseconds('everyMs', 0, RUN_MS_MAX, 'and again after each such time; 0: once'),
];
export const PARTITION_REQUIRED = ['fromMs', 'toMs'] as const;
export const PARTITIONS_MAX = 64;
