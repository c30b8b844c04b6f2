// The stages of `npm test`, in order. Each resolves to a Tally. A check (types, lint, ...) has no tests to
// count: it adds nothing when it finds nothing, and one failure when it does.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildNative, buildSanitized, buildTypeScript } from './build-tree.mjs';
import { ensureDaws } from './debian-packages.mjs';
import { root, run } from './run.mjs';
import { Refusal, say } from './say.mjs';
import { Tally, tallyOfCtest, tallyOfVitest } from './tally.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);
const reports = join(root, 'build/reports');

// Tests that keep time with real sockets, processes and hosts run one file at a time: on two cores they
// would otherwise measure each other.
const LIVE_FOLDERS = ['test/hosts', 'test/live', 'test/two-process'];
// Those with a stage of their own, or a command.
const OTHER_FOLDERS = ['test/daws', 'test/crash', 'test/windows'];

/**
 * `blocking`: without it the later stages have nothing to test. `onRequest`: only when named, for it takes long.
 * `waits`: it keeps time and leaves the processor idle; what later stages can `prepare` is begun beside it.
 */
export const STAGES = [
  { name: 'types', blocking: true, work: () => buildTypeScript().then(ok) },
  { name: 'build', blocking: true, work: () => buildNative({ tests: true }).then(ok) },
  { name: 'lint', work: () => check(bin('biome'), ['ci', '--colors=off', '--error-on-warnings', '.']) },
  { name: 'format', work: checkFormat },
  {
    name: 'unit',
    work: () =>
      vitest(
        'unit',
        [...LIVE_FOLDERS, ...OTHER_FOLDERS].flatMap((folder) => ['--exclude', `${folder}/**`]),
      ),
  },
  // Real time on a machine that others share: when the machine stands still for longer than the receive latency,
  // sound is lost, and rightly so. What fails twice in a row is a defect.
  {
    name: 'live',
    waits: true,
    work: () => vitest('live', ['--no-file-parallelism', '--retry=1', ...LIVE_FOLDERS.filter(exists)]),
  },
  { name: 'daws', work: () => daws() },
  { name: 'ctest', work: () => ctest('build') },
  sanitizedStage('asan', 'address,undefined'),
  sanitizedStage('tsan', 'thread'),
  { name: 'clang-tidy', onRequest: true, work: checkTidy },
];

/** Ardour and Qtractor. Where they can't be installed and nobody asked for them, they are skipped, and it is said. */
export async function daws({ required = false, args = ['test/daws'] } = {}) {
  try {
    await ensureDaws();
  } catch (error) {
    if (required || !(error instanceof Refusal)) throw error;
    say(`no DAWs here, so no tests with them; with them: npm run test:daws\n${error.message}`);
    return Tally.of(0, 0, 1);
  }
  return vitest('daws', ['--no-file-parallelism', '--retry=1', ...args]);
}

/** A check that found nothing: no test, no failure. */
function ok() {
  return Tally.of(0, 0);
}

function exists(path) {
  return existsSync(join(root, path));
}

async function check(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) say(output.trimEnd());
  return code === 0 ? ok() : Tally.of(0, 1);
}

/** Files under version control, so that nobody's scratch is judged. */
function sources(pattern) {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => pattern.test(path) && exists(path));
}

function checkFormat() {
  return check('clang-format', ['--dry-run', '-Werror', ...sources(/\.(cc|cpp|c|h)$/)]);
}

/** Checks that find real mistakes, on the code where one would hurt most: what runs inside a DAW's process. */
async function checkTidy() {
  const checks =
    '-*,bugprone-use-after-move,bugprone-infinite-loop,bugprone-integer-division,bugprone-sizeof-expression,' +
    'bugprone-dangling-handle,bugprone-undefined-memory-manipulation';
  const files = sources(/^(bridge\/shm|plugin\/shim)\/.*\.cc$/).filter(
    (path) => !/-(darwin|windows)\.cc$/.test(path),
  );
  const folder = databaseForClang();
  const halves = [0, 1].map((half) => files.filter((_, index) => index % 2 === half));
  const runs = halves.map((part) =>
    part.length === 0
      ? ok()
      : check('clang-tidy', [
          '-p',
          folder,
          '--quiet',
          `--checks=${checks}`,
          '--warnings-as-errors=*',
          ...part,
        ]),
  );
  const failed = (await Promise.all(runs)).some((tally) => tally.failed > 0);
  return failed ? Tally.of(0, 1) : ok();
}

/** The compile database without the options that only GCC knows. */
function databaseForClang() {
  const folder = join(root, 'build/clang-tidy');
  mkdirSync(folder, { recursive: true });
  const database = readFileSync(join(root, 'build/compile_commands.json'), 'utf8');
  writeFileSync(join(folder, 'compile_commands.json'), database.replaceAll(/ -fno-gnu-unique\b/g, ''));
  return folder;
}

async function vitest(name, args) {
  const report = prepareReport(`vitest-${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await run(bin('vitest'), ['run', ...reporters, ...args], { loud: true });
  return tallyOfVitest(report, code);
}

/** `wrapper`: a command that runs ctest; `more`: arguments of ctest. */
export async function ctest(folder, wrapper = [], more = []) {
  const report = prepareReport(`${folder.replaceAll('/', '-')}-ctest.xml`);
  const jobs = String(availableParallelism());
  const args = ['--test-dir', folder, '--output-on-failure', '--output-junit', report, '-j', jobs];
  const [command, ...rest] = [...wrapper, 'ctest', ...args, '--timeout', '300', ...more];
  const { code } = await run(command, rest, { loud: true });
  return tallyOfCtest(report, code);
}

/** One tree after the other, each once. */
let treesBuilt = Promise.resolve();

function sanitizedStage(name, sanitizers) {
  const hurry = new AbortController();
  let prepared;
  return {
    name,
    /** As far as it gets, on one core. */
    prepare: () => {
      if (prepared !== undefined) return;
      prepared = treesBuilt.then(() => buildSanitized(name, sanitizers, 1, hurry.signal));
      treesBuilt = prepared.catch(() => {}); // its own stage says so
    },
    work: async () => {
      hurry.abort();
      await prepared?.catch(() => {});
      await buildSanitized(name, sanitizers, availableParallelism());
      return ctestAtFixedAddresses(`build/${name}`);
    },
  };
}

/** The thread sanitizer of GCC 12 can't place its shadow when the kernel randomizes addresses widely. */
async function ctestAtFixedAddresses(folder) {
  const fixed = ['setarch', process.arch === 'x64' ? 'x86_64' : 'aarch64', '-R'];
  const { code } = await run(fixed[0], [...fixed.slice(1), 'true']);
  return ctest(folder, code === 0 ? fixed : []);
}

function prepareReport(name) {
  mkdirSync(reports, { recursive: true });
  const path = join(reports, name);
  rmSync(path, { force: true });
  return path;
}
