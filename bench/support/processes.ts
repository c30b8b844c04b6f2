// The processes of a benchmark. None outlives it, whatever ends it.
import { type ChildProcess, spawn } from 'node:child_process';

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const STOP_MS = 5000;
const LAST_WORDS_CHARACTERS = 4000;
const running = new Set<BenchProcess>();

export class BenchProcess {
  readonly name: string;
  stdout = '';
  stderr = '';
  /** Its exit code; 1 for a signal, 127 when it could not be run. */
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;

  constructor({ name, command, args, env }: ProcessOptions) {
    this.name = name;
    this.child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      const end = (code: number) => {
        running.delete(this);
        resolve(code);
      };
      this.child.once('error', (error) => {
        this.stderr += `${error.message}\n`;
        end(127);
      });
      this.child.once('close', (code) => end(code ?? 1));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }
  get alive(): boolean {
    return running.has(this);
  }

  /** Its one JSON object, once it has ended well. */
  async result(): Promise<unknown> {
    const code = await this.ended;
    if (code !== 0) throw new Error(this.failure(`ended with exit code ${code}`));
    return JSON.parse(this.stdout);
  }

  /** Asks it to end, and makes it. */
  async stop(): Promise<number> {
    if (this.alive) this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), STOP_MS);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  kill(): void {
    if (this.alive) this.child.kill('SIGKILL');
  }

  failure(what: string): string {
    return `${this.name} ${what}\n${this.stderr.slice(-LAST_WORDS_CHARACTERS).trimEnd()}`.trimEnd();
  }
}

/** For the way out: at once. */
export function killAll(): void {
  for (const process of running) process.kill();
}
