// Hands over to another program: its input and output are ours, its exit code becomes ours.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Program {
  /** The command's name, for messages. */
  readonly command: string;
  /** The file that must be built. */
  readonly path: string;
  /** What runs it, where it does not run by itself. */
  readonly by?: string;
}

/** Exit code 1 when it is not built, can't be run, or is ended by a signal. [control-thread] */
export function runProgram({ command, path, by }: Program, args: readonly string[]): Promise<number> {
  const say = (text: string) => void process.stderr.write(`jambridge ${command}: ${text}\n`);
  if (!existsSync(path)) {
    say(`${path} is not built; build it with: npm run build`);
    return Promise.resolve(1);
  }
  return new Promise((resolve) => {
    const child = spawn(by ?? path, by ? [path, ...args] : args, { stdio: 'inherit' });
    // From a terminal the child gets these by itself; sent by another program, they are for it all the same.
    const forward = (signal: NodeJS.Signals) => void child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, forward);
    const end = (code: number, message = '') => {
      for (const signal of SIGNALS) process.off(signal, forward);
      if (message) say(message);
      resolve(code);
    };
    child.once('error', (error) => end(1, `can't be run: ${error.message}`));
    child.once('exit', (code, signal) => end(code ?? 1, signal ? `ended by ${signal}` : ''));
  });
}
