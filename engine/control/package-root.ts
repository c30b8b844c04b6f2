// Where the package lies, whether this runs as compiled JavaScript in dist/ or as TypeScript under a test.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

function find(): { root: string; version: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = read(join(folder, 'package.json'));
    if (manifest.name === 'jambridge') return { root: folder, version: manifest.version ?? '0' };
    if (dirname(folder) === folder)
      throw new Error('the package.json of jambridge is not above its own files');
  }
}

function read(path: string): Manifest {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

const found = find();
export const PACKAGE_ROOT: string = found.root;
export const VERSION: string = found.version;
/** How this program calls itself in announcements. */
export const SOFTWARE = `jambridge/${VERSION}`;
