// The closing line of `npm test` must be true: what it counts, from the runners' own reports.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/source-files.js';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
type TallyOf = (path: string, exitCode: number) => Tally;
const scripts = (await import(join(ROOT, 'scripts/lib/tally.mjs'))) as Record<string, TallyOf>;

const folder = mkdtempSync(join(tmpdir(), 'jambridge-tally-'));
afterAll(() => rmSync(folder, { recursive: true }));
function report(text: string): string {
  const path = join(folder, 'report');
  writeFileSync(path, text);
  return path;
}

const vitestReport = (passed: number, failed: number, pending: number, files: unknown[] = []) =>
  report(
    JSON.stringify({
      ...{ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: 1 },
      testResults: files,
    }),
  );

describe("vitest's report", () => {
  it('is summed up; skipped is not passed', () => {
    expect(scripts.tallyOfVitest(vitestReport(7, 0, 2), 0)).toEqual({ passed: 7, failed: 0, skipped: 3 });
    expect(scripts.tallyOfVitest(vitestReport(7, 2, 0), 1)).toEqual({ passed: 7, failed: 2, skipped: 1 });
  });

  it('a file that did not load has failed', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(scripts.tallyOfVitest(vitestReport(7, 1, 0, files), 1).failed).toBe(2);
  });

  it('an error outside the tests, or no report at all, is a failure', () => {
    expect(scripts.tallyOfVitest(vitestReport(7, 0, 0), 1).failed).toBe(1);
    expect(scripts.tallyOfVitest(join(folder, 'none'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("ctest's report", () => {
  const suite = (tests: number, failures: number, disabled: number, skipped: number) =>
    report(
      `<?xml version="1.0"?>\n<testsuite name="x"\n\ttests="${tests}"\n\tfailures="${failures}"\n` +
        `\tdisabled="${disabled}"\n\tskipped="${skipped}"\n\ttime="1">\n<testcase/></testsuite>`,
    );

  it('is summed up; skipped and disabled are not passed', () => {
    expect(scripts.tallyOfCtest(suite(10, 2, 1, 1), 8)).toEqual({ passed: 6, failed: 2, skipped: 2 });
    expect(scripts.tallyOfCtest(suite(10, 0, 0, 0), 0)).toEqual({ passed: 10, failed: 0, skipped: 0 });
  });

  it('no tests, or no report, is a failure', () => {
    expect(scripts.tallyOfCtest(suite(0, 0, 0, 0), 0).failed).toBe(1);
    expect(scripts.tallyOfCtest(join(folder, 'none'), 0).failed).toBe(1);
  });
});
