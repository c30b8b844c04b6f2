// One run of a system on a JACK graph: tape -> sender (studio A) -> line -> receiver (studio B) -> tape.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchProcess } from '../support/processes.js';
import { JACK_TAPE } from '../support/programs.js';
import type { JackServer } from './jack-server.js';
import type { Line } from './line.js';
import { compareNotes } from './notes.js';
import { CHANNELS, type Piece, RATE } from './piece.js';
import type { PieceFiles } from './piece-files.js';
import { ProcessorMeter, type RunResult, SETTLE_SECONDS, SKIP_SECONDS, TAIL_SECONDS } from './run-result.js';
import { compareSound } from './sound.js';
import type { Rival } from './system.js';

/** Between the start of one program and the next. */
const START_MS = 700;
const LOOK_MS = 5;
const READY_MS = 30_000;

export interface Stage {
  readonly line: Line;
  readonly piece: Piece;
  readonly files: PieceFiles;
}

/** Throws when the system does not come to play at all. */
export async function playRival(
  rival: Rival,
  { line, piece, files }: Stage,
  jack: JackServer,
  trace: readonly boolean[],
): Promise<RunResult> {
  const running: BenchProcess[] = [];
  const start = (name: string, command: string, args: readonly string[]) => {
    const env = {
      ...jack.env,
      QT_QPA_PLATFORM: 'offscreen',
      XDG_RUNTIME_DIR: files.folder,
      HOME: files.folder,
    };
    const process = new BenchProcess({ name, command, args, env });
    running.push(process);
    return process;
  };
  try {
    const pids: Record<'a' | 'b', number[]> = { a: [], b: [] };
    for (const { at, command, args } of rival.programs) {
      pids[at].push(start(`${command} in studio ${at}`, ...line.wrap(at, command, args)).pid);
      await sleep(START_MS);
    }
    const tape = start('jack-tape', JACK_TAPE, tapeArgs(rival, piece, files));
    await untilPlaying(tape, running);
    line.lose(rival.ports, trace);
    const meter = new ProcessorMeter([pids.a, pids.b]);
    await sleep((piece.seconds - 0.1) * 1000);
    const [cpuSendPercent, cpuReceivePercent] = meter.read();
    const counts = line.counts();
    for (const process of running) if (!process.alive) throw new Error(process.failure('ended'));
    const result = (await tape.result()) as TapeResult;
    return {
      ...{ late: result.xruns, line: counts, seconds: piece.seconds, cpuSendPercent, cpuReceivePercent },
      ...findings(rival, piece, files, result),
    };
  } finally {
    line.heal();
    for (const process of running.reverse()) await process.stop();
  }
}

interface TapeResult {
  readonly xruns: number;
  /** Frame and bytes. */
  readonly midi: readonly (readonly number[])[];
}

function tapeArgs(rival: Rival, piece: Piece, files: PieceFiles): string[] {
  const options = {
    play: files.tape,
    channels: CHANNELS,
    frames: piece.seconds * RATE,
    midi: files.notes,
    record: files.recording,
    to: rival.to.join(','),
    from: rival.from.join(','),
    'midi-to': rival.midiTo,
    'midi-from': rival.midiFrom,
    'settle-ms': SETTLE_SECONDS * 1000,
    'tail-frames': TAIL_SECONDS * RATE,
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function untilPlaying(tape: BenchProcess, running: readonly BenchProcess[]): Promise<void> {
  const giveUpMs = performance.now() + READY_MS;
  while (!tape.stderr.includes('playing\n')) {
    for (const process of running) if (!process.alive) throw new Error(process.failure('ended'));
    if (performance.now() > giveUpMs) throw new Error(tape.failure('does not begin'));
    await sleep(LOOK_MS);
  }
}

function findings(
  rival: Rival,
  piece: Piece,
  files: PieceFiles,
  result: TapeResult,
): Pick<RunResult, 'sound' | 'notes'> {
  if (rival.midiFrom !== '') {
    const received = result.midi.map(([frame, ...bytes]) => ({ frame, bytes: Uint8Array.from(bytes) }));
    return { notes: compareNotes(piece.midi, received) };
  }
  const file = readFileSync(join(files.recording));
  const recorded = new Float32Array(file.buffer, file.byteOffset, file.length / 4);
  return {
    sound: compareSound(piece.channels[0], recorded, SKIP_SECONDS * RATE, piece.seconds * RATE),
  };
}
