// The text of a kernel: its own file and, where it says `// include: NAME`, one from shaders/shared.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';

export const SHADER_FOLDER = join(PACKAGE_ROOT, 'shaders');

const read = (name: string): string => readFileSync(join(SHADER_FOLDER, name), 'utf8');

/** [gpu-thread, starting] */
export function shaderSource(stem: string): string {
  return read(`${stem}.wgsl`).replace(/^\/\/ include: ([a-z0-9-]+)$/gm, (_, name: string) =>
    read(`shared/${name}.wgsl`),
  );
}
