// Qtractor under a virtual display and a JACK server without a sound card, with JamBridge (CLAP) in it; its
// transport is driven as by a controller's keys.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Audio, readWav } from '../../../engine/demo/wav-file.js';
import { type LiveProcess, until } from '../../live/support/live-process.js';
import type { DawStudio } from './daw-studio.js';
import { type QtractorPlan, writeQtractorSession } from './qtractor-session.js';

const START_MS_MAX = 60_000;
/** What keys the sequencer's stand-in knows. */
const KEY = { play: 'p', stop: 's', record: 'r' } as const;
/** 32-bit float, as it stands in Qtractor's list of formats. */
const FLOAT_FORMAT = 3;

export class Qtractor {
  private constructor(
    private readonly studio: DawStudio,
    readonly process: LiveProcess,
    private readonly display: LiveProcess,
    private readonly displayName: string,
    private readonly folder: string,
    private readonly keys: string,
  ) {}

  static async start(
    studio: DawStudio,
    plan: Omit<QtractorPlan, 'folder' | 'clap'>,
    displayName: string,
  ): Promise<Qtractor> {
    const folder = studio.file('qtractor');
    const session = writeQtractorSession({ ...plan, folder, clap: studio.file('.clap/JamBridge.clap') });
    writeOptions(studio);
    const keys = studio.file('keys');
    writeFileSync(keys, '');
    const display = studio.run('Xvfb', [displayName, '-screen', '0', '1024x700x24', '-nolisten', 'tcp']);
    await sleep(500);
    const env = {
      DISPLAY: displayName,
      QT_QPA_PLATFORM: 'xcb',
      LD_PRELOAD: buildStandIn(studio),
      JAMBRIDGE_KEYS: keys,
    };
    const process_ = studio.run('qtractor', [session], env);
    const qtractor = new Qtractor(studio, process_, display, displayName, folder, keys);
    const ready = () => studio.tryRun('jack_lsp').includes('Qtractor:Master/in_1');
    await until('Qtractor to open its ports', ready, {
      withinMs: START_MS_MAX,
      failed: () => (process_.running ? '' : `it ended (${process_.exitCode}): ${process_.stderr}`),
      words: () => process_.stdout + process_.stderr,
    });
    await sleep(1000); // the session's clips are read after that
    return qtractor;
  }

  press(...keys: (keyof typeof KEY)[]): void {
    for (const key of keys) appendFileSync(this.keys, KEY[key]);
  }

  /** A picture of the whole display, as PNG. */
  screenshot(path: string): void {
    const display = this.display;
    if (!display.running) throw new Error(`the display has ended: ${display.stderr}`);
    this.studio.tryRun('import', '-display', this.displayName, '-window', 'root', path);
  }

  /** After "stop": the only file that a track has recorded. */
  recorded(): Audio {
    const wavs = readdirSync(this.folder).filter((name) => name.endsWith('.wav') && !name.includes('-clip'));
    if (wavs.length !== 1) throw new Error(`one recording was expected: ${wavs.join(', ') || 'none'}`);
    return readWav(readFileSync(join(this.folder, wavs[0])));
  }

  async quit(): Promise<void> {
    await this.process.end('SIGKILL'); // it would ask whether to save
    await this.display.end('SIGTERM');
  }
}

function writeOptions(studio: DawStudio): void {
  const folder = studio.file('.config/rncbc.org');
  mkdirSync(folder, { recursive: true });
  const format = ['CaptureExt=wav', 'CaptureType=0', `CaptureFormat=${FLOAT_FORMAT}`];
  const lines = ['[Options]', ...format.map((one) => `Audio\\${one}`)];
  writeFileSync(join(folder, 'Qtractor.conf'), `${lines.join('\n')}\n`);
}

/** Where the kernel has a sequencer, the stand-in would do no harm either. */
function buildStandIn(studio: DawStudio): string {
  const library = studio.file('sequencer-stand-in.so');
  const source = join(import.meta.dirname, 'sequencer-stand-in.c');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-lpthread'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return library;
}
