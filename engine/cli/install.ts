// jambridge install: copies the built plugins to where the user's hosts look.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERSION } from '../control/package-root.js';
import { fileHash, makeFolders, replaceTree, treeFiles, treeHash } from './file-tree.js';
import { helpText } from './help-text.js';
import { addToReceipt, readReceipt } from './install-receipt.js';
import { UsageError } from './number-option.js';
import { guarded, HELP, JSON_OPTION, type OptionSpec, optionRows, parseOptions } from './options.js';
import { builtPath, type PluginFormat, pluginFormats, receiptPath } from './plugin-places.js';

const FORMAT: OptionSpec = {
  name: 'format',
  value: 'NAME',
  repeat: true,
  doc: 'clap, vst3 or (macOS) au; without it, all that are built',
};

const USAGE = helpText(
  'install [options]',
  'Puts the plugin where the DAWs of this user look. Running it again updates; "uninstall" removes it.',
  optionRows([FORMAT, JSON_OPTION, HELP]),
);

interface Installed {
  readonly format: string;
  readonly path: string;
  readonly state: 'installed' | 'updated' | 'unchanged';
}

/** [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('install', async () => {
    const { options } = parseOptions(args, [FORMAT, JSON_OPTION, HELP]);
    if (options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    const done = chosen(options.get('format')).map(install);
    process.stdout.write(
      options.has('json')
        ? `${JSON.stringify({ version: VERSION, plugins: done })}\n`
        : done.map(({ format, path, state }) => `${format}: ${path} (${state})\n`).join(''),
    );
    return 0;
  });
}

function chosen(names: readonly string[] | undefined): PluginFormat[] {
  const formats = pluginFormats();
  const known = formats.map(({ name }) => name.toLowerCase());
  for (const name of names ?? []) {
    if (!known.includes(name)) throw new UsageError(`--format: "${name}" is none of ${known.join(', ')}`);
  }
  const wanted = formats.filter(({ name }) => names?.includes(name.toLowerCase()) ?? true);
  const missing = wanted.filter((format) => !existsSync(builtPath(format)));
  const needed = names ? missing : wanted.length === missing.length ? missing : [];
  if (needed.length > 0) {
    const paths = needed.map(builtPath).join(', ');
    throw new Error(`not built: ${paths}; build it with: npm run build`);
  }
  return wanted.filter((format) => !missing.includes(format));
}

function install(format: PluginFormat): Installed {
  const from = builtPath(format);
  const to = join(format.folders[0], format.file);
  const before = treeHash(to);
  const unchanged = before === treeHash(from);
  if (unchanged && isOurs(to)) return { format: format.name, path: to, state: 'unchanged' };
  const madeFolders = makeFolders(dirname(to));
  if (!unchanged) replaceTree(from, to);
  addToReceipt(receiptPath(), treeFiles(to), [...madeFolders, ...bundleFolders(to)]);
  return { format: format.name, path: to, state: before === '' ? 'installed' : 'updated' };
}

/** Does the receipt know every file of it as it is? */
function isOurs(root: string): boolean {
  const known = new Map(readReceipt(receiptPath()).files.map(({ path, sha256 }) => [path, sha256]));
  return treeFiles(root).every(({ path }) => known.get(path) === fileHash(path));
}

/** The folders inside a bundle, and itself, go with its files. */
function bundleFolders(root: string): string[] {
  const folders = new Set<string>();
  for (const { path } of treeFiles(root)) {
    for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  return [...folders];
}
