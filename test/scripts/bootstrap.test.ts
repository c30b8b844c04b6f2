// What a fresh machine lacks is found and installed: with stand-ins for dpkg-query and apt-get that note how
// they were called.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'jambridge-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true }));
const notes = join(folder, 'notes');
beforeEach(() => rmSync(notes, { force: true }));

function standIn(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

const VULKAN = execFileSync(
  process.execPath,
  [
    '--input-type=module',
    '-e',
    `const { vulkanPackages } = await import(${JSON.stringify(join(ROOT, 'scripts/lib/software-vulkan.mjs'))});
     process.stdout.write(vulkanPackages().join(' '));`,
  ],
  { encoding: 'utf8' },
);
const RUN = `g++ cmake make dpf-source iproute2 nftables libasound2 ${VULKAN}`;
const PACKAGES = `${RUN} git clang-format clang-tidy util-linux strace`;

/** Runs the package step with these packages there, as root or not. */
function ensure(installed: string, uid: number, forTests: boolean) {
  standIn(
    'dpkg-query',
    `for p in ${installed}; do echo "$p installed"; done; echo "cmake-data config-files"`,
  );
  const code = `
    process.getuid = () => ${uid};
    const { ensureDebianPackages } = await import(${JSON.stringify(join(ROOT, 'scripts/lib/debian-packages.mjs'))});
    const { runMain } = await import(${JSON.stringify(join(ROOT, 'scripts/lib/say.mjs'))});
    await runMain(async () => { await ensureDebianPackages({ forTests: ${forTests} }); return 0; });`;
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env,
    encoding: 'utf8',
  });
  const called = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [];
  return { status, stderr, called };
}

describe.skipIf(!existsSync('/usr/bin/dpkg-query'))('the Debian packages', () => {
  beforeEach(() => standIn('apt-get', `echo "$@" >> ${notes}`));

  it('are left alone when they are there, either of two that will do', () => {
    const result = ensure(PACKAGES.replace('libasound2', 'libasound2t64'), 0, true);
    expect(result).toEqual({ status: 0, stderr: '', called: [] });
  });

  it('are installed when they are missing and we are root', () => {
    const { status, called } = ensure(PACKAGES.replace('cmake ', '').replace('strace', ''), 0, true);
    expect(status).toBe(0);
    expect(called.length).toBe(1);
    expect(called[0]).toMatch(/install -y --no-install-recommends cmake strace$/);
  });

  it('without the lists of packages, those are fetched first', () => {
    standIn('apt-get', `echo "$@" >> ${notes}; grep -q update ${notes}`);
    const { status, called } = ensure('g++', 0, false);
    expect(status).toBe(0);
    expect(called.map((line) => line.match(/install|update/)?.[0])).toEqual(['install', 'update', 'install']);
    expect(called[2]).toContain('cmake ninja-build dpf-source');
  });

  it('that can not be installed end it, with what apt-get said', () => {
    standIn('apt-get', 'echo "E: Unable to locate package"; exit 100');
    const { status, stderr } = ensure('g++', 0, false);
    expect(status).toBe(1);
    expect(stderr).toContain('E: Unable to locate package');
  });

  it('are asked for with one command when we are not root', () => {
    const { status, stderr, called } = ensure(PACKAGES.replace('dpf-source', ''), 1000, false);
    expect(status).toBe(1);
    expect(called).toEqual([]);
    expect(stderr).toMatch(
      /sudo apt-get update && sudo apt-get install -y --no-install-recommends dpf-source\n/,
    );
  });

  it('for tests are not asked for by npm start', () => {
    expect(ensure(RUN, 1000, false).status).toBe(0);
    expect(ensure(RUN, 1000, true).status).toBe(1);
  });
});
