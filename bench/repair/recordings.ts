// Recorded sounds to punch holes into, from Debian packages: speech, a drummer, a band, and music played on
// sampled instruments. Whoever has not got the packages gets made-up sounds instead, and is told.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '../../engine/demo/wav-file.js';
import { installedVersion, whyMissing } from '../support/packages.js';
import type { Material } from './material.js';
import { PARTS, type Part, scoreOf } from './scores.js';

export interface Recording {
  /** Packages, versions and files. */
  readonly source: string;
  /** Mono, peak 0.5, from the first sound on. */
  readonly samples: Float32Array;
}

interface Source {
  readonly packages: readonly string[];
  read(folder: string): { readonly files: string; readonly samples: Float32Array };
}

const ALSA = '/usr/share/sounds/alsa';
const SPEECH = ['Front_Center', 'Front_Left', 'Rear_Center', 'Rear_Right', 'Side_Left', 'Front_Right'];
const SOUND_FONT = '/usr/share/sounds/sf2/FluidR3_GM.sf2';

const SOURCES: Readonly<Partial<Record<Material, Source>>> = {
  piano: played('piano'),
  strings: played('strings'),
  bass: played('bass'),
  drums: files(['sonic-pi-samples', 'sox'], ['/usr/share/sonic-pi/samples/loop_amen_full.flac']),
  voice: files(
    ['alsa-utils', 'sox'],
    SPEECH.map((name) => `${ALSA}/${name}.wav`),
  ),
  mix: files(['frozen-bubble-data', 'sox'], ['/usr/share/games/frozen-bubble/snd/frozen-mainzik-1p.ogg']),
  noise: files(['alsa-utils', 'sox'], [`${ALSA}/Noise.wav`]),
};

/** A recording of at least `frames`, repeated when it is shorter; a string says why there is none. */
export function recordingOf(material: Material, frames: number, rate: number): Recording | string {
  const source = SOURCES[material];
  if (source === undefined) return 'made up: nobody records it';
  const missing = whyMissing(source.packages);
  if (missing !== '') return missing;
  const folder = mkdtempSync(join(tmpdir(), 'jambridge-repair-'));
  try {
    const { files, samples } = source.read(folder);
    const versions = source.packages.map((name) => `${name} ${installedVersion(name)}`);
    return { source: `${versions.join(', ')}: ${files}`, samples: cut(samples, frames, rate) };
  } catch (error) {
    return `can't be read: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the first sound on, so many frames, peak 0.5. */
export function cut(samples: Float32Array, frames: number, rate: number): Float32Array {
  const peak = samples.reduce((highest, value) => Math.max(highest, Math.abs(value)), 0);
  if (peak === 0) throw new Error('it is silent');
  const start = samples.findIndex((value) => Math.abs(value) > 0.05 * peak);
  const from = Math.max(0, start - Math.round(rate / 100));
  const length = samples.length - from;
  return Float32Array.from({ length: frames }, (_, n) => (0.5 * samples[from + (n % length)]) / peak);
}

function files(packages: readonly string[], paths: readonly string[]): Source {
  return {
    packages,
    read(folder) {
      const lost = paths.find((path) => !existsSync(path));
      if (lost !== undefined) throw new Error(`${lost} is not there`);
      const wav = join(folder, 'recording.wav');
      run('sox', [...paths, '-e', 'float', '-b', '32', '-c', '1', '-r', '48000', wav]);
      const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
      return { files: names.join(', '), samples: readWav(readFileSync(wav)).channels[0] };
    },
  };
}

/** Our notes on somebody's instruments. */
function played(part: Part): Source {
  return {
    packages: ['fluid-soundfont-gm', 'fluidsynth'],
    read(folder) {
      const [midi, wav] = [join(folder, 'score.mid'), join(folder, 'score.wav')];
      writeFileSync(midi, scoreOf(part));
      run('fluidsynth', [
        '-n',
        '-i',
        '-q',
        '-r',
        '48000',
        '-g',
        '0.5',
        '-F',
        wav,
        '-T',
        'wav',
        SOUND_FONT,
        midi,
      ]);
      return {
        files: `${PARTS[part].instrument} of FluidR3_GM.sf2, notes by seed`,
        samples: readWav(readFileSync(wav)).channels[0],
      };
    },
  };
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
