// The main job from end to end: prepare, play through two engines, compare the files, judge.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OPTIONS } from '../control/configuration-table.js';
import type { BackendName } from '../gpu/probe-report.js';
import type { RelayCounts } from '../impairment/relay.js';
import { Cast } from './cast.js';
import { compareAudio } from './compare-audio.js';
import { compareMidi } from './compare-midi.js';
import { type Input, type InputOptions, prepareInput, writeInput } from './input.js';
import { judge, type RedundancyName } from './judgement.js';
import { bar, type Progress } from './progress.js';
import { LATENCY_MS, moreLatencyMs, suitableLatencyMs, worstWakeUpMs } from './punctuality.js';
import { composeResult, type DemoResult, gpuPart, lossSeen, stagesOf, withEngineCount } from './result.js';
import { readSmf } from './smf-reader.js';
import { openVenue, type Venue } from './venue.js';
import { readWav } from './wav-file.js';

export interface DemoOptions extends InputOptions {
  readonly lossAudioPercent: number;
  readonly lossMidiPercent: number;
  /** Receive latency; undefined = what suits this machine. */
  readonly latencyMs: number | undefined;
  readonly pluginFormat: 'clap' | 'vst3';
  readonly redundancy: RedundancyName;
  readonly backend: BackendName;
  /** Folder for the files sent and received. */
  readonly outFolder: string;
}

const BLOCK_FRAMES = 64;
const CALIBRATE_MS = 1500;

interface Files {
  readonly sentWav: string;
  readonly sentMidi: string;
  readonly receivedWav: string;
  readonly receivedMidi: string;
}

/** Throws when a part fails to work at all; a job done badly is a result. */
export async function runDemo(options: DemoOptions, progress: Progress): Promise<DemoResult> {
  progress.say(options.audio === undefined ? 'making music' : `reading ${options.audio}`);
  const input = prepareInput(options);
  for (const note of input.notes) progress.say(`  ${note}`);
  const files = filesIn(options.outFolder);
  mkdirSync(options.outFolder, { recursive: true });
  for (const path of Object.values(files)) rmSync(path, { force: true });
  writeInput(input, files.sentWav, files.sentMidi);
  const venue = openVenue();
  try {
    const result = await perform(venue, options, input, files, progress);
    const { framesMissing } = result.audio;
    const latencyMs =
      options.latencyMs === undefined ? moreLatencyMs(framesMissing, result.receiveLatencyMs) : undefined;
    if (latencyMs === undefined) return result;
    progress.say(
      `${framesMissing} frames came too late: this machine stood still for longer than the receive latency of ` +
        `${result.receiveLatencyMs} ms. Once more, with ${latencyMs} ms`,
    );
    return await perform(venue, { ...options, latencyMs }, input, files, progress);
  } finally {
    venue.close();
  }
}

async function perform(
  venue: Venue,
  options: DemoOptions,
  input: Input,
  files: Files,
  progress: Progress,
): Promise<DemoResult> {
  const cast = new Cast(venue, {
    ...options,
    ...files,
    sampleRate: input.sampleRate,
    blockFrames: BLOCK_FRAMES,
    sendSeconds: input.seconds,
  });
  const interrupted = (signal: NodeJS.Signals) => {
    progress.say(`stopped by ${signal}`);
    cast.kill();
    venue.close();
    process.exit(1);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    progress.say(`over ${venue.description}`);
    await cast.startEngines();
    const latencyMs = options.latencyMs ?? chooseLatencyMs(cast, progress);
    await cast.play(latencyMs, () => showProgress(cast, input, progress));
    const counts = await cast.finish();
    progress.finish();
    return compare(cast, { ...options, latencyMs }, input, files, counts);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    progress.finish();
    cast.kill();
  }
}

/** What this machine can keep, with both engines already at work. */
function chooseLatencyMs({ realtime }: Cast, progress: Progress): number {
  const worstMs = worstWakeUpMs(CALIBRATE_MS);
  const latencyMs = suitableLatencyMs(worstMs, realtime === '');
  if (latencyMs === LATENCY_MS) return latencyMs;
  progress.say(
    `  receive latency ${latencyMs} ms instead of ${LATENCY_MS} ms: this machine wakes a thread up to ` +
      `${worstMs.toFixed(1)} ms late${realtime === '' ? '' : `; ${realtime}`}`,
  );
  return latencyMs;
}

function showProgress({ watchA, watchB }: Cast, input: Input, progress: Progress): void {
  const captured = watchA.sent('audio')?.captured ?? 0;
  const audio = watchB.received('audio');
  const midi = watchB.received('midi');
  const whole = input.seconds * input.sampleRate;
  progress.update(
    `${bar(captured / whole)} ${(captured / input.sampleRate).toFixed(1)} of ${input.seconds.toFixed(1)} s` +
      `  packets ${audio?.accepted ?? 0} lost ${Math.round(audio?.lost ?? 0)}` +
      `  concealed ${audio?.concealed ?? 0}  MIDI ${midi?.played ?? 0}`,
  );
}

function compare(
  cast: Cast,
  options: DemoOptions & { readonly latencyMs: number },
  input: Input,
  files: Files,
  relay: RelayCounts,
): DemoResult {
  const { sampleRate } = input;
  const received = readWav(readFileSync(files.receivedWav));
  const found = compareAudio(input.audio, received, input.range);
  const audio = withEngineCount(found, cast.watchB.received('audio')?.concealed ?? 0);
  const messages = readSmf(readFileSync(files.receivedMidi)).map(({ seconds, bytes }) => ({
    frame: Math.round(seconds * sampleRate),
    bytes,
  }));
  const midi = compareMidi(input.midi, messages, audio.offsetFrames ?? 0, sampleRate);
  const { lossAudioPercent, lossMidiPercent } = options;
  const judgement = judge(audio, midi, input.midi, {
    redundancy: options.redundancy,
    audioBytesRatio: defaultOf('redundancy.audio.bytesRatio'),
    audioCopies: defaultOf('redundancy.audio.copies'),
    midiCopies: defaultOf('redundancy.midi.copies'),
    audioLoss: lossAudioPercent / 100,
    midiLoss: lossMidiPercent / 100,
    packetFrames: defaultOf('packetFrames'),
    blockFrames: BLOCK_FRAMES,
  });
  return composeResult({
    ...{ audio, midi, judgement, sampleRate, relay, seed: options.seed, files: { ...files } },
    loss: { audioPercent: lossSeen(relay, ['audio', 'repair']), midiPercent: lossSeen(relay, ['midi']) },
    engines: { a: cast.watchA.latest ?? null, b: cast.watchB.latest ?? null },
    receiveLatencyMs: options.latencyMs,
    redundancy: options.redundancy,
    gpu: gpuPart(cast.watchB.latest),
    stages: stagesOf(cast.watchA, cast.watchB),
    lossAsked: { audioPercent: lossAudioPercent, midiPercent: lossMidiPercent },
  });
}

function filesIn(folder: string): Files {
  return {
    sentWav: join(folder, 'sent.wav'),
    sentMidi: join(folder, 'sent.mid'),
    receivedWav: join(folder, 'received.wav'),
    receivedMidi: join(folder, 'received.mid'),
  };
}

function defaultOf(key: string): number {
  const option = OPTIONS.find((candidate) => candidate.key === key);
  if (typeof option?.fallback !== 'number') throw new Error(`no such setting: ${key}`);
  return option.fallback;
}
