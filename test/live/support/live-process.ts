// A process of a live test: what it says is kept, and none outlives the test, whatever happens.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LiveProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Open files for standard output and error; pipes without them. */
  readonly files?: readonly [number, number];
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class LiveProcess {
  stdout = '';
  stderr = '';
  /** Exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  exitCode: number | string | undefined;
  private readonly child: ChildProcess;

  constructor({ command, args, env, files }: LiveProcessOptions) {
    this.child = spawn(command, args, {
      stdio: ['ignore', ...(files ?? (['pipe', 'pipe'] as const))],
      env: { ...process.env, ...env },
    });
    running.add(this.child);
    this.child.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.child.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.exited = new Promise((resolve) => {
      const end = (how: number | string) => {
        running.delete(this.child);
        this.exitCode ??= how;
        resolve(this.exitCode);
      };
      this.child.on('error', (error) => {
        this.stderr += error.message;
        end('not started');
      });
      this.child.on('close', (code, signal) => end(code ?? signal ?? 'lost'));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.exitCode === undefined;
  }

  /** Resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<number | string> {
    if (this.running) this.child.kill(signal);
    return this.exited;
  }

  /** Resolves when it has said this on standard error; throws when it ends before. */
  async says(text: string | RegExp, withinMs = 20_000): Promise<void> {
    const said = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    await until(`"${text}" from process ${this.pid}`, said, {
      withinMs,
      failed: () => (this.running ? '' : `it ended (${this.exitCode}): ${this.stderr}`),
      words: () => this.stderr,
    });
  }
}

export interface UntilOptions {
  readonly withinMs?: number;
  /** A reason to give up at once; '' while there is none. */
  readonly failed?: () => string;
  /** More to say when the time is over. */
  readonly words?: () => string;
}

/** Looks every 20 ms. Throws when the time is over. */
export async function until(
  what: string,
  condition: () => boolean,
  { withinMs = 10_000, failed = () => '', words = () => '' }: UntilOptions = {},
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!condition()) {
    const reason = failed();
    if (reason !== '') throw new Error(`waited for ${what}, but ${reason}`);
    if (performance.now() > deadlineMs) {
      throw new Error(`waited ${withinMs / 1000} s in vain for ${what}\n${words()}`);
    }
    await sleep(20);
  }
}
