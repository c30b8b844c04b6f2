// jambridge host: hands over to the headless plugin host, a native program.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';

const SUFFIX = process.platform === 'win32' ? '.exe' : '';
export const HOST_PATH: string = join(PACKAGE_ROOT, 'build', `jambridge-host${SUFFIX}`);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** All arguments are the host's own, `--help` too. [control-thread] */
export function run(args: string[], path: string = HOST_PATH): Promise<number> {
  if (!existsSync(path)) {
    process.stderr.write(`jambridge host: ${path} is not built; build it with: npm run build\n`);
    return Promise.resolve(1);
  }
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: 'inherit' });
    // From a terminal the child gets these by itself; sent by another program, they are for it all the same.
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, forward);
    const end = (code: number, message = '') => {
      for (const signal of SIGNALS) process.off(signal, forward);
      if (message) process.stderr.write(`jambridge host: ${message}\n`);
      resolve(code);
    };
    child.once('error', (error) => end(1, `can't be run: ${error.message}`));
    child.once('exit', (code, signal) => end(code ?? 1, signal ? `ended by ${signal}` : ''));
  });
}
