// What test runners report, summed up. Skipped is never passed; a runner that crashed counts as a failure.
import { existsSync, readFileSync } from 'node:fs';

export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  add(other) {
    this.passed += other.passed;
    this.failed += other.failed;
    this.skipped += other.skipped;
  }

  static of(passed, failed, skipped = 0) {
    return Object.assign(new Tally(), { passed, failed, skipped });
  }

  toString() {
    if (this.passed + this.failed + this.skipped === 0) return 'ok';
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
    return `${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}

/** From vitest's JSON report. A file that could not even be loaded has no tests in it, but has failed. */
export function tallyOfVitest(path, exitCode) {
  if (!existsSync(path)) return Tally.of(0, 1);
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  // An error outside any test (an unhandled rejection) fails the run without failing a test.
  const outside = exitCode !== 0 && failed === 0 ? 1 : 0;
  return Tally.of(report.numPassedTests, failed + outside, report.numPendingTests + report.numTodoTests);
}

/** From ctest's JUnit report. */
export function tallyOfCtest(path, exitCode) {
  if (!existsSync(path)) return Tally.of(0, 1);
  const suite = readFileSync(path, 'utf8').match(/<testsuite [^>]*>/s)?.[0] ?? '';
  const number = (name) => Number(suite.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const skipped = number('skipped') + number('disabled');
  const passed = number('tests') - number('failures') - skipped;
  const failed = number('failures') || (exitCode !== 0 || passed + skipped === 0 ? 1 : 0);
  return Tally.of(passed, failed, skipped);
}
