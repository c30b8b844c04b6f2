// install, uninstall, and what doctor says of copies: in a home of its own, with the plugins that are built.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../../engine/cli/commands.js';
import { checkPlugins } from '../../engine/cli/doctor-plugins.js';
import { treeFiles, treeHash } from '../../engine/cli/file-tree.js';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';

const BUILT = {
  clap: join(PACKAGE_ROOT, 'build/JamBridge.clap'),
  vst3: join(PACKAGE_ROOT, 'build/JamBridge.vst3'),
};

let home: string;
let out: string;
let err: string;
const clap = () => join(home, '.clap/JamBridge.clap');
const vst3 = () => join(home, '.vst3/JamBridge.vst3');
const everything = () =>
  readdirSync(home, { recursive: true })
    .map(String)
    .filter((name) => !statSync(join(home, name)).isDirectory())
    .sort();

beforeEach(() => {
  for (const path of Object.values(BUILT)) {
    if (!existsSync(path)) throw new Error(`${path} is missing; build it with: npm run build`);
  }
  home = mkdtempSync(join(tmpdir(), 'jambridge-home-'));
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_DATA_HOME', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const pluginChecks = () => checkPlugins().filter(({ name }) => name.endsWith('plugin'));

describe('install', () => {
  test('puts both formats where hosts look, file by file as they were built', async () => {
    expect(await main(['install'])).toBe(0);
    expect(treeHash(clap())).toBe(treeHash(BUILT.clap));
    expect(treeHash(vst3())).toBe(treeHash(BUILT.vst3));
    expect(statSync(clap()).mtimeMs).toBeCloseTo(statSync(BUILT.clap).mtimeMs, -1);
    expect(out).toContain(`CLAP: ${clap()} (installed)`);
    expect(out).toContain(`VST3: ${vst3()} (installed)`);
    expect(pluginChecks().map(({ state }) => state)).toEqual(['ok', 'ok']);
  });

  test('one format alone; a wrong one is wrong use', async () => {
    expect(await main(['install', '--format', 'vst3', '--json'])).toBe(0);
    expect(JSON.parse(out).plugins).toEqual([{ format: 'VST3', path: vst3(), state: 'installed' }]);
    expect(existsSync(clap())).toBe(false);
    expect(await main(['install', '--format', 'vst2'])).toBe(2);
    expect(err).toContain('"vst2" is none of clap, vst3');
  });

  test('again: nothing changes; over an old copy: it is replaced, old files and all', async () => {
    await main(['install']);
    await main(['install', '--json']);
    expect(out).toContain('"state":"unchanged"');
    writeFileSync(clap(), 'an old build');
    writeFileSync(join(vst3(), 'Contents/of-old.txt'), 'gone from the bundle since');
    const mapped = statSync(clap()).ino;
    out = '';
    expect(await main(['install', '--json'])).toBe(0);
    expect(JSON.parse(out).plugins).toMatchObject([{ state: 'updated' }, { state: 'updated' }]);
    expect(treeHash(clap())).toBe(treeHash(BUILT.clap));
    expect(treeHash(vst3())).toBe(treeHash(BUILT.vst3));
    // A DAW that has it loaded keeps the old file; the new one is another.
    expect(statSync(clap()).ino).not.toBe(mapped);
  });

  test('a link to a build of elsewhere is replaced, its target stays', async () => {
    const elsewhere = join(home, 'elsewhere.clap');
    writeFileSync(elsewhere, 'x');
    mkdirSync(join(home, '.clap'));
    symlinkSync(elsewhere, clap());
    expect(await main(['install', '--format', 'clap'])).toBe(0);
    expect(readFileSync(elsewhere, 'utf8')).toBe('x');
    expect(treeHash(clap())).toBe(treeHash(BUILT.clap));
  });

  test('where nothing can be written: the reason, exit code 1, nothing half done', async () => {
    writeFileSync(join(home, '.clap'), 'a file where the folder should be');
    expect(await main(['install', '--format', 'clap'])).toBe(1);
    expect(err).toMatch(/^jambridge install: /);
    expect(everything()).toEqual(['.clap']);
  });
});

describe('uninstall', () => {
  test('leaves the home as it was: no file, no folder', async () => {
    await main(['install']);
    expect(await main(['uninstall'])).toBe(0);
    expect(out).toContain(`removed ${clap()}`);
    expect(readdirSync(home)).toEqual([]);
  });

  test('what was there before stays, and so does what was put there by hand', async () => {
    mkdirSync(join(home, '.clap'));
    writeFileSync(join(home, '.clap/Other.clap'), 'x');
    await main(['install']);
    writeFileSync(join(home, '.vst3/Other.vst3'), 'y');
    expect(await main(['uninstall'])).toBe(0);
    expect(everything()).toEqual(['.clap/Other.clap', '.vst3/Other.vst3']);
  });

  test('without an installation: says so; a copy made by hand is not ours to remove', async () => {
    mkdirSync(join(home, '.clap'));
    cpSync(BUILT.clap, clap());
    expect(await main(['uninstall'])).toBe(0);
    expect(out).toBe('nothing was installed\n');
    expect(existsSync(clap())).toBe(true);
  });

  test('a file that was changed since stays, and is named; the rest goes', async () => {
    await main(['install']);
    writeFileSync(clap(), 'somebody else');
    expect(await main(['uninstall'])).toBe(1);
    expect(out).toContain(`left ${clap()}: it was changed`);
    expect(everything()).toEqual(['.clap/JamBridge.clap']);
  });

  test('a damaged receipt removes nothing', async () => {
    await main(['install']);
    const receipt = join(home, '.local/share/jambridge/installed.json');
    for (const text of ['{', '{"version":"1","files":[{"path":3}],"folders":[]}', '[]', 'null']) {
      err = '';
      writeFileSync(receipt, text);
      expect(await main(['uninstall'])).toBe(1);
      expect(err).toContain('is damaged');
    }
    expect(treeFiles(vst3()).length).toBeGreaterThan(1);
  });
});

describe('doctor', () => {
  test('not installed, then a stale copy', async () => {
    expect(pluginChecks()).toMatchObject([
      { state: 'warning', advice: 'To use it in a DAW: npx jambridge install' },
      { state: 'warning' },
    ]);
    await main(['install']);
    writeFileSync(clap(), 'an old build');
    const [stale, fine] = pluginChecks();
    expect(stale).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('npx jambridge install'),
    });
    expect(stale.found).toContain(`${clap()} is another one than what is built`);
    expect(fine.state).toBe('ok');
  });
});
