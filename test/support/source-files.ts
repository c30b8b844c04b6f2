// The project's own files, for tests that judge the sources themselves.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCE_FOLDERS = ['bench', 'bridge', 'engine', 'plugin', 'scripts', 'shaders', 'test'];

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Paths of all files under a folder of the project, generated ones aside. */
export function pathsUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort();
}

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, lines: text.replace(/\n$/, '').split('\n') };
}

/** Every file of code in any language of the project. */
export function sourceFiles(): SourceFile[] {
  return SOURCE_FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap(pathsUnder)
    .filter((path) => /\.(ts|mjs|cc|h|wgsl)$/.test(path))
    .map(readSource);
}
