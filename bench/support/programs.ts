// The benchmarks' own native programs, built when one of them is wanted.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';
import { BenchProcess } from './processes.js';

/** JAMBRIDGE_BUILD, a development aid, names another native build tree. */
export const BUILD_FOLDER = process.env.JAMBRIDGE_BUILD || join(PACKAGE_ROOT, 'build');
const TARGET = 'jambridge_bench';

export const COMMAND = join(PACKAGE_ROOT, 'dist/engine/cli/main.js');
export const PROBE = join(PACKAGE_ROOT, 'dist/bench/probe/probe.js');

const program = (name: string): string => join(BUILD_FOLDER, 'bench', name);
export const PLUGIN_DRIVER = program('plugin-driver');
export const FLOOR_SENDER = program('floor-sender');
export const FLOOR_RECEIVER = program('floor-receiver');
export const JACK_TAPE = program('jack-tape');

/** Brings them up to date; a moment when they are. Throws with the compiler's words. */
export async function buildPrograms(): Promise<void> {
  if (!existsSync(join(BUILD_FOLDER, 'CMakeCache.txt'))) {
    throw new Error(`there is no native build in ${BUILD_FOLDER}; make it with: npm run build`);
  }
  const jobs = String(availableParallelism());
  const args = ['--build', BUILD_FOLDER, '--target', TARGET, '--parallel', jobs];
  const build = new BenchProcess({ name: 'the build of the benchmark programs', command: 'cmake', args });
  if ((await build.ended) === 0) return;
  throw new Error(`${build.failure('failed')}\n${build.stdout.slice(-4000)}`);
}
