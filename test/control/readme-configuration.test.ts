import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfiguration } from '../../engine/control/configuration-parse.js';
import { problemText } from '../../engine/control/configuration-problem.js';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';

test('the configuration that the README shows is one that the engine takes', () => {
  const readme = readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```jsonc\n([\s\S]*?)```/g)].map(([, text]) => text);
  expect(examples.length).toBeGreaterThan(0);
  for (const text of examples) {
    const { given, problems } = parseConfiguration(text, 'README.md');
    expect(problems.map(problemText)).toEqual([]);
    expect(Object.keys(given).length).toBeGreaterThan(0);
  }
});
