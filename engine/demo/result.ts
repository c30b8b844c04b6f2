// What a demo found out, as numbers others can script against: names are added, never renamed.
import type { PercentilesUs, StatusDocument } from '../control/status-document.js';
import type { RelayCounts } from '../impairment/relay.js';
import type { AudioComparison } from './compare-audio.js';
import type { MidiComparison } from './compare-midi.js';
import type { EngineWatch } from './engine-watch.js';
import type { Judgement, RedundancyName } from './judgement.js';

export interface DemoResult {
  readonly done: boolean;
  readonly complaints: readonly string[];
  readonly audio: {
    readonly framesSent: number;
    readonly framesExact: number;
    readonly framesConcealed: number;
    readonly framesMissing: number;
    readonly framesExactMin: number;
    readonly gaps: number;
  };
  readonly midi: {
    readonly sent: number;
    readonly delivered: number;
    readonly missing: number;
    readonly duplicated: number;
    readonly hung: number;
    /** Of the delivered: at exactly their frame, after it, before it. */
    readonly exact: number;
    readonly late: number;
    readonly early: number;
    /** Note-offs that were made for lost ones. */
    readonly released: number;
    readonly unexpected: number;
    readonly eventsExactMin: number;
  };
  /** From the block's process() call at the sender to the receiver's playout ring. */
  readonly latencyUs: { readonly p50: number | null; readonly p99: number | null };
  readonly stages: Readonly<Record<Stage, PercentilesUs | null>>;
  /** As the relay counted it. */
  readonly loss: { readonly audioPercent: number; readonly midiPercent: number };
  readonly lossAsked: { readonly audioPercent: number; readonly midiPercent: number };
  readonly offsetFrames: number | null;
  readonly receiveLatencyMs: number;
  /** How the audio was guarded against loss. */
  readonly redundancy: RedundancyName;
  /** What the GPU had a part in, at the receiver. */
  readonly gpu: GpuPart;
  readonly sampleRate: number;
  readonly seed: number;
  readonly files: Readonly<Record<string, string>>;
  /** What the two engines said of themselves last: all their counters. */
  readonly engines: { readonly a: StatusDocument | null; readonly b: StatusDocument | null };
  /** What the relay counted. */
  readonly relay: RelayCounts;
}

export interface GpuPart {
  /** '' when there is none. */
  readonly adapter: string;
  readonly stages: readonly string[];
  /** Why it has no part, or not in all. */
  readonly why: string;
  /** Batches of work, and how long they were away. */
  readonly batches: number;
  readonly roundTripUs: PercentilesUs | null;
  /** Asked for and used, in time, by kind. */
  readonly work: Readonly<Record<'packets' | 'windows' | 'gaps' | 'pieces', { asked: number; used: number }>>;
}

export type Stage =
  | 'captureToSend'
  | 'captureToReceive'
  | 'receiveToPlayout'
  | 'captureToPlayout'
  | 'midiCaptureToPlayout';

/** Per stage, the engine that knows it: the sending one the first, the receiving one all others. */
export function stagesOf(a: EngineWatch, b: EngineWatch): Record<Stage, PercentilesUs | null> {
  const of = (document: StatusDocument | undefined, stage: Stage) => document?.latencyUs[stage] ?? null;
  return {
    captureToSend: of(a.latest, 'captureToSend'),
    captureToReceive: of(b.latest, 'captureToReceive'),
    receiveToPlayout: of(b.latest, 'receiveToPlayout'),
    captureToPlayout: of(b.latest, 'captureToPlayout'),
    midiCaptureToPlayout: of(b.latest, 'midiCaptureToPlayout'),
  };
}

type WorkKind = 'Packets' | 'Windows' | 'Gaps' | 'Pieces';

export function gpuPart(document: StatusDocument | undefined): GpuPart {
  const counters = document?.counters;
  const work = (kind: WorkKind) => ({
    asked: counters?.[`gpu${kind}Asked`] ?? 0,
    used: counters?.[`gpu${kind}Used`] ?? 0,
  });
  return {
    adapter: document?.gpu.adapter ?? '',
    stages: (document?.gpu.stages ?? []).filter(({ on }) => on === 'gpu').map(({ name }) => name),
    why: document?.gpu.why ?? '',
    batches: counters?.gpuBatches ?? 0,
    roundTripUs: document?.latencyUs.gpuRoundTrip ?? null,
    work: {
      packets: work('Packets'),
      windows: work('Windows'),
      gaps: work('Gaps'),
      pieces: work('Pieces'),
    },
  };
}

/** On the way from A to B, in percent, as it really happened. */
export function lossSeen(
  { directions }: RelayCounts,
  types: readonly ('audio' | 'repair' | 'midi')[],
): number {
  const rows = types.map((type) => directions[0].types[type] ?? { seen: 0, dropped: 0 });
  const seen = rows.reduce((sum, row) => sum + row.seen, 0);
  const dropped = rows.reduce((sum, row) => sum + row.dropped, 0);
  return seen === 0 ? 0 : Math.round((1e4 * dropped) / seen) / 100;
}

/**
 * A frame that differs is concealed only if the engine knows of it: what it did not conceal and is not
 * what was sent is as good as missing.
 */
export function withEngineCount(audio: AudioComparison, engineConcealed: number): AudioComparison {
  const different = Math.min(audio.different, engineConcealed);
  return { ...audio, different, silent: audio.silent + audio.different - different };
}

export function composeResult(
  from: Omit<DemoResult, 'audio' | 'midi' | 'latencyUs' | 'done' | 'complaints' | 'offsetFrames'> & {
    readonly audio: AudioComparison;
    readonly midi: MidiComparison;
    readonly judgement: Judgement;
  },
): DemoResult {
  const { audio, midi, judgement, ...rest } = from;
  const { exact, late, early, released, unexpected, sent, delivered, missing, duplicated, hung } = midi;
  return {
    done: judgement.done,
    complaints: judgement.complaints,
    audio: {
      framesSent: audio.sent,
      framesExact: audio.exact,
      framesConcealed: audio.different,
      framesMissing: audio.silent,
      framesExactMin: judgement.framesExactMin,
      gaps: audio.gaps,
    },
    midi: {
      ...{ sent, delivered, missing, duplicated, hung, exact, late, early, released, unexpected },
      eventsExactMin: judgement.eventsExactMin,
    },
    latencyUs: {
      p50: rest.stages.captureToPlayout?.p50 ?? null,
      p99: rest.stages.captureToPlayout?.p99 ?? null,
    },
    offsetFrames: audio.offsetFrames ?? null,
    ...rest,
  };
}
