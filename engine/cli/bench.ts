// jambridge bench: hands over to the benchmarks, which live in a folder of their own.
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';
import { runProgram } from './run-program.js';

/** All arguments are the benchmarks' own. [control-thread] */
export function run(args: string[]): Promise<number> {
  const path = join(PACKAGE_ROOT, 'dist', 'bench', 'main.js');
  return runProgram({ command: 'bench', path, by: process.execPath }, args);
}
