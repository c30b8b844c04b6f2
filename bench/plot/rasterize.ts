// SVG -> PNG, by a program of the system.
import { spawnSync } from 'node:child_process';

const PROGRAM = 'rsvg-convert';
const ZOOM = '2';

/** '' when the PNG was written, else why not, in words for a human. */
export function rasterize(svgPath: string, pngPath: string, program = PROGRAM): string {
  const { error, status, stderr } = spawnSync(program, ['--zoom', ZOOM, '--output', pngPath, svgPath], {
    encoding: 'utf8',
  });
  if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') {
    return `${program} is missing: no PNG was made (on Debian: apt-get install librsvg2-bin)`;
  }
  if (error !== undefined) return `${program}: ${error.message}`;
  return status === 0 ? '' : `${program} failed: ${stderr.trim()}`;
}
