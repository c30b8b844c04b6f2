// Files and bundles (folders that count as one), compared and copied as a whole.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface TreeFile {
  readonly path: string;
  /** SHA-256 of the content; of the target, for a link. */
  readonly sha256: string;
}

/** Every file of a tree, in order of names; none when there is nothing. [control-thread] */
export function treeFiles(root: string): TreeFile[] {
  const found = lstatSync(root, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [{ path: root, sha256: fileHash(root) }];
  const names = readdirSync(root).sort();
  return names.flatMap((name) => treeFiles(join(root, name)));
}

/** Two trees of the same files have the same. '' when there is nothing. [control-thread] */
export function treeHash(root: string): string {
  const files = treeFiles(root);
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const { path, sha256 } of files) hash.update(`${path.slice(root.length)}\0${sha256}\n`);
  return hash.digest('hex');
}

/** '' for a file that is not there. */
export function fileHash(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return '';
  const content = found.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Puts a copy of `from` at `to`: whole or not at all, and without touching the file that a running program has
 * mapped. Times are kept, for hosts compare them. [control-thread]
 */
export function replaceTree(from: string, to: string): void {
  const folder = dirname(to);
  const stem = join(folder, `.jambridge-${process.pid}`);
  const fresh = `${stem}-new`;
  const old = `${stem}-old`;
  for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  try {
    cpSync(from, fresh, { recursive: true, preserveTimestamps: true, errorOnExist: true, force: false });
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) renameSync(to, old);
    renameSync(fresh, to);
  } catch (error) {
    if (existsSync(old) && !existsSync(to)) renameSync(old, to);
    throw error;
  } finally {
    for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true });
  }
}

/** Makes a folder and those above it; the ones that were not there, the outermost first. [control-thread] */
export function makeFolders(folder: string): string[] {
  if (existsSync(folder)) return [];
  const above = dirname(folder);
  const made = above === folder ? [] : makeFolders(above);
  mkdirSync(folder);
  return [...made, folder];
}
