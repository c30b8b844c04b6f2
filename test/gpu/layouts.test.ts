// The shaders and the host agree: structs field by field, every kernel has its twin and its test.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../engine/gpu/layouts.js';
import { SHADER_FOLDER, shaderSource } from '../../engine/gpu/shader-source.js';
import { ROOT } from '../support/source-files.js';

const stems = readdirSync(SHADER_FOLDER)
  .filter((name) => name.endsWith('.wgsl'))
  .map((name) => name.replace('.wgsl', ''));

/** Name -> "field: type" of each struct in WGSL, less those that only the shader knows. */
function structsOf(source: string): Map<string, string[]> {
  const found = [...source.matchAll(/^struct (\w+) \{([^}]*)\}/gm)];
  return new Map(
    found.map(([, name, body]) => [
      name,
      body
        .split('\n')
        .map((line) => line.replace(/\/\/.*/, '').trim())
        .filter((line) => line !== '')
        .map((line) => line.replace(/,$/, '')),
    ]),
  );
}

describe('kernels', () => {
  it('each has a twin, a host side and a conformance test of the same stem', () => {
    expect(stems.length).toBeGreaterThan(0);
    const paths = (stem: string): string[] => [
      `engine/gpu/twins/${stem}.ts`,
      `engine/gpu/kernels/${stem}.ts`,
      `test/gpu/${stem}.test.ts`,
    ];
    const missing = stems.flatMap(paths).filter((path) => !existsSync(join(ROOT, path)));
    expect(missing).toEqual([]);
  });

  it('each says what it is, what it binds, what it needs, and where its twin is', () => {
    for (const stem of stems) {
      const head = shaderSource(stem).split('\n\n// ')[0];
      expect(head).toContain('@binding(0)');
      expect(head).toContain('Invariant:');
      expect(head).toContain('Dispatch:');
      expect(head).toContain(`Twin: engine/gpu/twins/${stem}.ts`);
    }
  });
});

describe('structs', () => {
  const known = new Map(LAYOUTS.map((layout) => [layout.name as string, layout]));
  const seen = new Set<string>();

  it.each(stems)('of %s are those of the table', (stem) => {
    const structs = structsOf(shaderSource(stem));
    expect(structs.size).toBeGreaterThan(0);
    for (const [name, fields] of structs) {
      const layout = known.get(name);
      expect(`${stem}: ${layout?.name}`).toBe(`${stem}: ${name}`);
      const expected = Object.entries(layout?.fields ?? {}).map(([field, type]) => `${field}: ${type}`);
      expect(fields.map((field) => field.replace(/atomic<(\w+)>/, '$1'))).toEqual(expected);
      seen.add(name);
    }
  });

  it('are all used', () => {
    expect([...known.keys()].filter((name) => !seen.has(name))).toEqual([]);
  });
});
