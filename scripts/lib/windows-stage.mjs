// The Windows build and its tests under Wine, without a display and with a Windows of their own in build/windows.
import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureWindowsTools } from './debian-packages.mjs';
import { mustRun, root, run } from './run.mjs';
import { ctest } from './test-stages.mjs';

const FOLDER = 'build/windows';
const WINE = '/usr/lib/wine/wine64';
const WINESERVER = '/usr/lib/wine/wineserver';
const env = { WINEPREFIX: join(root, FOLDER, 'wine'), WINEDEBUG: '-all' };

/** Builds, then runs ctest with further arguments; resolves to its Tally. */
export async function windows(args) {
  await ensureWindowsTools();
  const configure = ['-S', '.', '-B', FOLDER, '-DCMAKE_TOOLCHAIN_FILE=test/windows/mingw-w64.cmake'];
  if (existsSync('/usr/bin/ninja')) configure.push('-G', 'Ninja');
  await mustRun(`configuring ${FOLDER}`, 'cmake', configure);
  await mustRun(`building ${FOLDER}`, 'cmake', ['--build', FOLDER, '-j', String(availableParallelism())]);
  await startWine();
  try {
    return await ctest(
      FOLDER,
      ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      args,
    );
  } finally {
    await run(WINESERVER, ['--kill'], { env });
  }
}

/** What Wine starts by itself lives on beside the tests, and must not hold a test's output open: it is started here. */
async function startWine() {
  mkdirSync(env.WINEPREFIX, { recursive: true });
  await mustRun('starting Wine', 'sh', ['-c', `exec ${WINESERVER} --persistent >/dev/null 2>&1`], { env });
  const boot = `exec ${WINE} wineboot --init >/dev/null 2>&1 </dev/null`;
  await mustRun('making a Windows for the tests', 'sh', ['-c', boot], { env });
}
