import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { ROOT } from '../support/source-files.js';

interface Ended {
  readonly code: number;
  readonly output: string;
}
type Run = (command: string, args: string[], options: { signal: AbortSignal }) => Promise<Ended>;

let run: Run;
beforeAll(async () => {
  ({ run } = (await import(join(ROOT, 'scripts/lib/run.mjs'))) as { run: Run });
});

it('a command that is no longer wanted is ended', async () => {
  const unwanted = new AbortController();
  const ended = run('sleep', ['600'], { signal: unwanted.signal });
  unwanted.abort();
  expect((await ended).code).not.toBe(0);
});

it('one that has ended by then is left in peace', async () => {
  const unwanted = new AbortController();
  const { code, output } = await run('echo', ['done'], { signal: unwanted.signal });
  unwanted.abort();
  expect([code, output]).toEqual([0, 'done\n']);
});
