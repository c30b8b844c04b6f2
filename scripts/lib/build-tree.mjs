// Building: TypeScript to dist/, everything native to build/ (the addon, the plugin in both formats, the
// test host). Incremental: a second run with nothing changed takes about a second.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mustRun, root, run } from './run.mjs';
import { Refusal } from './say.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);

/** dist/ from the TypeScript sources; the compiler also is the type check. */
export async function buildTypeScript() {
  const { code, output } = await run(bin('tsc'), ['-p', 'tsconfig.json']);
  if (code !== 0) throw new Refusal(`the TypeScript sources do not compile:\n${output.trimEnd()}`);
  removeOrphans('');
  linkCommand();
}

/** build/ by cmake-js, which adds what an addon needs. The C++ tests only when asked for. */
export async function buildNative({ tests }) {
  const cached = cacheEntry('JAMBRIDGE_TESTS');
  const wantTests = tests || cached === 'ON';
  if (cached === undefined || (wantTests && cached !== 'ON')) {
    const option = `--CDJAMBRIDGE_TESTS=${wantTests ? 'ON' : 'OFF'}`;
    await mustRun('configuring the native build', bin('cmake-js'), ['configure', '-O', 'build', option]);
  }
  const args = ['build', '-O', 'build', '-p', String(availableParallelism())];
  await mustRun('the native build', bin('cmake-js'), args);
}

/**
 * A second native tree, without the addon, with sanitizers: only the plugin, the host and the C++ tests. At the
 * lowest priority, so that it can go on beside tests that keep time. With a signal it may be left unfinished, and tells
 * nobody: the next build goes on from there.
 */
export async function buildSanitized(name, sanitizers, jobs, signal) {
  if (signal?.aborted) return;
  const folder = `build/${name}`;
  const ninja = existsSync('/usr/bin/ninja');
  const configure = ['-S', '.', '-B', folder, `-DJAMBRIDGE_SANITIZE=${sanitizers}`, '-DJAMBRIDGE_TESTS=ON'];
  if (ninja) configure.push('-G', 'Ninja');
  await mustRun(`configuring ${folder}`, 'cmake', configure);
  // Ninja itself, so that a signal ends its compilers too; make is left to cmake, and to its end.
  const build = ninja ? ['ninja', '-C', folder, '-j'] : ['cmake', '--build', folder, '--parallel'];
  const command = ['-n', '19', ...build, String(jobs)];
  if (signal === undefined || !ninja) await mustRun(`building ${folder}`, 'nice', command);
  else await run('nice', command, { signal });
}

function cacheEntry(name) {
  const path = join(root, 'build/CMakeCache.txt');
  if (!existsSync(path)) return undefined;
  return readFileSync(path, 'utf8').match(new RegExp(`^${name}:[A-Z]+=(.*)$`, 'm'))?.[1];
}

/** A compiled file whose source is gone would still be found by an import: remove it. */
function removeOrphans(folder) {
  for (const entry of readdirSync(join(root, 'dist', folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) removeOrphans(path);
    else if (path.endsWith('.js') && !existsSync(join(root, path.replace(/\.js$/, '.ts')))) {
      rmSync(join(root, 'dist', path));
      rmSync(join(root, 'dist', `${path}.map`), { force: true });
    }
  }
}

/** Makes `npx jambridge` work in the checkout, as it does for an installed package. */
function linkCommand() {
  const target = join(root, 'dist/engine/cli/main.js');
  if (!existsSync(target)) return;
  chmodSync(target, 0o755);
  const link = bin('jambridge');
  if (existsSync(link)) return;
  mkdirSync(bin(''), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/engine/cli/main.js', link);
}
