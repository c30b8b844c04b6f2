// The processes of a demo: each has a name, its last words are kept, and none outlives the demo.
import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ChildEnd {
  readonly code: number;
  readonly stdout: string;
}

const KEPT_CHARACTERS = 64 * 1024;
const KILL_AFTER_MS = 5000;

export class Child {
  readonly name: string;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  private readonly process: ChildProcess;
  private stdout = '';
  private stderr = '';
  private end: ChildEnd | undefined;

  constructor({ name, command, args, env }: ChildOptions) {
    this.name = name;
    this.process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const keep = (text: string, more: unknown) => (text + String(more)).slice(-KEPT_CHARACTERS);
    this.process.stdout?.on('data', (data) => {
      this.stdout = keep(this.stdout, data);
    });
    this.process.stderr?.on('data', (data) => {
      this.stderr = keep(this.stderr, data);
    });
    this.ended = new Promise((resolve) => {
      const finish = (code: number) => {
        this.end ??= { code, stdout: this.stdout };
        resolve(this.end);
      };
      this.process.on('error', (error) => {
        this.stderr = keep(this.stderr, `${error.message}\n`);
        finish(127);
      });
      this.process.on('close', (code) => finish(code ?? 1));
    });
  }

  get running(): boolean {
    return this.end === undefined;
  }

  /** Undefined while it runs. */
  get exitCode(): number | undefined {
    return this.end?.code;
  }

  get endedWell(): boolean {
    return this.end?.code === 0;
  }

  /** What it said on standard error, last. */
  get lastWords(): string {
    return this.stderr.trimEnd();
  }

  /** Asks it to end, and makes it end if it does not. */
  async stop(): Promise<ChildEnd> {
    if (this.running) this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), KILL_AFTER_MS);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  /** At once, for the way out. */
  kill(): void {
    if (this.running) this.process.kill('SIGKILL');
  }
}
