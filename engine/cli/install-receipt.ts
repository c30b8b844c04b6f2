// What `install` has put where, so that `uninstall` removes that and nothing else.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VERSION } from '../control/package-root.js';
import { fileHash, makeFolders, type TreeFile } from './file-tree.js';

export interface Receipt {
  readonly version: string;
  readonly files: readonly TreeFile[];
  /** Folders that were not there before. */
  readonly folders: readonly string[];
}

const NOTHING: Receipt = { version: VERSION, files: [], folders: [] };

/** An empty one when nothing was installed. Throws when it is there and can't be understood. [control-thread] */
export function readReceipt(path: string): Receipt {
  if (!existsSync(path)) return NOTHING;
  const broken = () => new Error(`${path} is damaged: remove it, and the plugins, by hand`);
  let read: Partial<Receipt>;
  try {
    read = (JSON.parse(readFileSync(path, 'utf8')) ?? {}) as Partial<Receipt>;
  } catch {
    throw broken();
  }
  const { version, files, folders } = read;
  const good =
    typeof version === 'string' &&
    Array.isArray(files) &&
    files.every((file) => typeof file?.path === 'string' && typeof file.sha256 === 'string') &&
    Array.isArray(folders) &&
    folders.every((folder) => typeof folder === 'string');
  if (!good) throw broken();
  return { version, files, folders };
}

/** With what an earlier installation left: files of today replace those of the same path. [control-thread] */
export function addToReceipt(path: string, files: readonly TreeFile[], folders: readonly string[]): void {
  const before = readReceipt(path);
  const madeForIt = makeFolders(dirname(path));
  const fresh = new Set(files.map((file) => file.path));
  const receipt: Receipt = {
    version: VERSION,
    files: [...before.files.filter((file) => !fresh.has(file.path) && existsSync(file.path)), ...files],
    folders: [...new Set([...before.folders, ...folders, ...madeForIt])],
  };
  writeFileSync(path, `${JSON.stringify(receipt, null, 1)}\n`);
}

export interface Removal {
  readonly removed: readonly string[];
  /** Changed by somebody else since: left as they are. */
  readonly kept: readonly string[];
}

/** Removes what the receipt names, then the receipt, then the folders that are empty now. [control-thread] */
export function removeInstalled(path: string): Removal {
  const receipt = readReceipt(path);
  const removed: string[] = [];
  const kept: string[] = [];
  for (const { path: file, sha256 } of receipt.files) {
    const now = fileHash(file);
    if (now === '') continue;
    if (now !== sha256) {
      kept.push(file);
      continue;
    }
    rmSync(file);
    removed.push(file);
  }
  rmSync(path, { force: true });
  // The innermost first, so that those above may be empty by then.
  for (const folder of [...receipt.folders].sort((a, b) => b.length - a.length)) {
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
  return { removed, kept };
}
