// jambridge demo, the main job of `npm start`: audio and MIDI from one plugin through two engines and a bad
// line to another plugin, compared sample by sample with what was sent.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGE_ROOT } from '../control/package-root.js';
import { REDUNDANCY_NAMES } from '../demo/judgement.js';
import { Progress } from '../demo/progress.js';
import { reportText } from '../demo/report.js';
import { type DemoOptions, runDemo } from '../demo/run-demo.js';
import { BACKENDS } from '../gpu/probe-report.js';
import { numberOption, UsageError } from './number-option.js';

const USAGE = `usage: npm start -- [options]
  --audio FILE.wav     what to send (default: music made up by the seed)
  --midi FILE.mid      what to send with it
  --loss-audio P       percent of audio packets lost on the way (default 33)
  --loss-midi P        percent of MIDI packets lost on the way (default 66)
  --seconds N          how long (default 20)
  --seed N             the same seed, the same music and the same losses (default 1)
  --latency-ms N       receive latency (default 24, more where this machine is late)
  --redundancy R       none, burst, jellie or fec (default fec)
  --plugin-format F    clap or vst3 (default clap)
  --backend B          of both engines: auto, gpu or cpu (default auto)
  --out FOLDER         where the files go (default out/)
  --json FILE          the result as JSON, too
Exit code: 0 the job was done, 1 it was not, 2 wrong use.`;

/** [control-thread] */
export async function run(args: string[]): Promise<number> {
  let asked: Asked | undefined;
  try {
    asked = readArguments(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  if (asked === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    const result = await runDemo(asked.options, new Progress());
    if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(reportText(result));
    return result.done ? 0 : 1;
  } catch (error) {
    process.stderr.write(`the demo failed: ${(error as Error).message}\n`);
    return 1;
  }
}

interface Asked {
  readonly options: DemoOptions;
  readonly json: string | undefined;
}

/** Undefined when only help was asked for. */
function readArguments(args: string[]): Asked | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      ...{ audio: text, midi: text, 'loss-audio': text, 'loss-midi': text, seconds: text, seed: text },
      ...{
        'latency-ms': text,
        'plugin-format': text,
        redundancy: text,
        out: text,
        json: text,
        backend: text,
      },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const pluginFormat = values['plugin-format'] ?? 'clap';
  if (pluginFormat !== 'clap' && pluginFormat !== 'vst3') {
    throw new UsageError(`--plugin-format is clap or vst3, not '${pluginFormat}'`);
  }
  const redundancy = REDUNDANCY_NAMES.find((name) => name === (values.redundancy ?? 'fec'));
  if (redundancy === undefined) {
    throw new UsageError(`--redundancy is one of ${REDUNDANCY_NAMES.join(', ')}, not '${values.redundancy}'`);
  }
  const backend = BACKENDS.find((name) => name === (values.backend ?? 'auto'));
  if (backend === undefined) {
    throw new UsageError(`--backend is one of ${BACKENDS.join(', ')}, not '${values.backend}'`);
  }
  const number = (name: keyof typeof values, fallback: number, min: number, max: number) =>
    numberOption(`--${name}`, values[name], { min, max, fallback });
  return {
    json: path(values.json),
    options: {
      audio: path(values.audio),
      midi: path(values.midi),
      seconds: number('seconds', 20, 1, 3600),
      seed: number('seed', 1, 0, 2 ** 32 - 1),
      lossAudioPercent: number('loss-audio', 33, 0, 100),
      lossMidiPercent: number('loss-midi', 66, 0, 100),
      latencyMs: values['latency-ms'] === undefined ? undefined : number('latency-ms', 0, 1, 500),
      pluginFormat,
      redundancy,
      backend,
      outFolder: path(values.out) ?? join(PACKAGE_ROOT, 'out'),
    },
  };
}

/** npm runs scripts in the package's folder; the user means the folder he is in. */
function path(given: string | undefined): string | undefined {
  return given === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), given);
}
