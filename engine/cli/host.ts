// jambridge host: hands over to the headless plugin host, a native program.
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';
import { runProgram } from './run-program.js';

const SUFFIX = process.platform === 'win32' ? '.exe' : '';
export const HOST_PATH: string = join(PACKAGE_ROOT, 'build', `jambridge-host${SUFFIX}`);

/** All arguments are the host's own, `--help` too. [control-thread] */
export function run(args: string[], path: string = HOST_PATH): Promise<number> {
  return runProgram({ command: 'host', path }, args);
}
