// The table at the end of a demo.
import { RULE } from './judgement.js';
import type { DemoResult, GpuPart, Stage } from './result.js';

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  captureToSend: 'capture -> send',
  captureToReceive: 'capture -> receive (network)',
  receiveToPlayout: 'receive -> playout ring',
  captureToPlayout: 'capture -> playout ring',
  midiCaptureToPlayout: 'MIDI capture -> playout ring',
};

const FILE_NAMES: Readonly<Record<string, string>> = {
  sentWav: 'audio sent',
  sentMidi: 'MIDI sent',
  receivedWav: 'audio received',
  receivedMidi: 'MIDI received',
};

export function reportText(result: DemoResult): string {
  const { audio, midi } = result;
  const lines = [
    '',
    row('audio frames sent', count(audio.framesSent)),
    row('  bit-exact', `${count(audio.framesExact)}  (${percent(audio.framesExact, audio.framesSent)})`),
    row('  concealed', `${count(audio.framesConcealed)}  in ${audio.gaps} gaps`),
    row('  missing', count(audio.framesMissing)),
    row('  promised bit-exact', `at least ${count(audio.framesExactMin)}`),
    row('MIDI events sent', count(midi.sent)),
    row(
      '  delivered',
      `${count(midi.delivered)}  (${midi.exact} at their exact frame, ${midi.late} late, ${midi.early} early)`,
    ),
    row('  missing', `${count(midi.missing)}  (${midi.released} note-offs made for lost ones)`),
    row('  duplicated', count(midi.duplicated)),
    row('  hung notes', count(midi.hung)),
    row('  promised at their frame', `at least ${count(midi.eventsExactMin)}`),
    row(
      'loss on the way',
      `audio ${result.loss.audioPercent} %, MIDI ${result.loss.midiPercent} % of packets`,
    ),
    row('redundancy', result.redundancy),
    row('receive latency', `${result.receiveLatencyMs} ms`),
    row('constant offset', offsetText(result)),
    '',
    row('latency', `${'p50'.padStart(9)} ${'p99'.padStart(9)}`),
    ...Object.entries(result.stages).map(([stage, found]) =>
      row(
        `  ${STAGE_NAMES[stage as Stage]}`,
        found === null ? 'not measured' : `${microseconds(found.p50)} ${microseconds(found.p99)}`,
      ),
    ),
    ...gpuLines(result.gpu),
    '',
    ...Object.entries(result.files).map(([name, path]) => row(FILE_NAMES[name] ?? name, path)),
    '',
    RULE,
    result.done ? 'done: everything promised was kept' : `NOT done: ${result.complaints.join('; ')}`,
    '',
  ];
  return lines.join('\n');
}

function gpuLines({ adapter, stages, why, roundTripUs, work }: GpuPart): string[] {
  if (stages.length === 0) return ['', row('GPU', `no part in it${why ? ` (${why})` : ''}`)];
  const used = Object.entries(work).map(([kind, of]) => `${kind} ${of.used} of ${of.asked}`);
  return [
    '',
    row('GPU', `${adapter}: ${stages.join(', ')}`),
    row('  used of asked', used.join(', ')),
    row(
      '  round trip',
      roundTripUs === null ? 'none' : `${microseconds(roundTripUs.p50)} ${microseconds(roundTripUs.p99)}`,
    ),
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(32)}${value}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US').padStart(9);
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(4)} %`;
}

function microseconds(value: number): string {
  return value < 10_000
    ? `${Math.round(value)} us`.padStart(9)
    : `${(value / 1000).toFixed(1)} ms`.padStart(9);
}

function offsetText({ offsetFrames, sampleRate }: DemoResult): string {
  if (offsetFrames === null) return 'none found';
  return `${offsetFrames} frames of the two files, for audio and MIDI alike (${sampleRate} Hz)`;
}
