// The habits of the house, kept by a test: sizes, names, fences, nothing left lying about.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionLengths } from './support/function-lengths.js';
import { ROOT, readSource, type SourceFile, sourceFiles } from './support/source-files.js';

const FILE_LINES_MAX = 400;
const MEDIAN_LINES_MAX = 120;
const FUNCTION_LINES_MAX = 70;

const SELF = 'test/tidy.test.ts';
const files = sourceFiles().filter((file) => file.path !== SELF);
const product = files.filter((file) => !file.path.startsWith('test/'));
const tests = files.filter((file) => file.path.startsWith('test/'));
const cplusplus = files.filter((file) => /\.(cc|h)$/.test(file.path));
const scriptOfProduct = product.filter((file) => /\.(ts|mjs)$/.test(file.path));
const script = files.filter((file) => /\.(ts|mjs)$/.test(file.path));

/** "path:line: text" for every line that matches. */
function linesWith(where: readonly SourceFile[], pattern: RegExp): string[] {
  return where.flatMap(({ path, lines }) =>
    lines.flatMap((text, index) => (pattern.test(text) ? [`${path}:${index + 1}: ${text.trim()}`] : [])),
  );
}

describe('sizes', () => {
  it(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = files.filter((file) => file.lines.length > FILE_LINES_MAX);
    expect(long.map((file) => `${file.path}: ${file.lines.length}`)).toEqual([]);
  });

  it(`half of the files have fewer than ${MEDIAN_LINES_MAX} lines`, () => {
    const sizes = files.map((file) => file.lines.length).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(MEDIAN_LINES_MAX);
  });

  it(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = files
      .filter((file) => !file.path.endsWith('.wgsl'))
      .flatMap(({ path, text }) =>
        functionLengths(text)
          .filter(({ name, lines }) => lines > FUNCTION_LINES_MAX && !name.startsWith('describe'))
          .map(({ name, line, lines }) => `${path}:${line}: ${lines} lines: ${name}`),
      );
    expect(long).toEqual([]);
  });

  it('measures functions rightly', () => {
    const source =
      "if (x) {\n}\nconst f = (a) => {\n  g('}');\n  // {\n};\nint F(int a) const {\n  return a;\n}\n";
    expect(functionLengths(source).map(({ line, lines }) => [line, lines])).toEqual([
      [3, 4],
      [7, 3],
    ]);
  });
});

describe('fences', () => {
  it('rxjs stays in the control plane', () => {
    const outside = script.filter((file) => !/^(engine\/control|test)\//.test(file.path));
    expect(linesWith(outside, /from '(rxjs)\b/)).toEqual([]);
  });

  it('nobody speaks TCP, HTTP or WebSocket', () => {
    const modules = 'net|http|https|http2|tls|ws|undici|inspector|express|socket\\.io|axios|got|node-fetch';
    expect(linesWith(script, new RegExp(`(from|import|require)\\W+(node:)?(${modules})['"/]`))).toEqual([]);
    expect(linesWith(script, /\b(fetch|XMLHttpRequest|WebSocket|EventSource)\(/)).toEqual([]);
    expect(linesWith(cplusplus, /\bSOCK_STREAM\b|\bIPPROTO_TCP\b|\blisten\s*\(/)).toEqual([]);
  });

  it('no package does it for us', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
    };
    const banned =
      /^(ws|express|fastify|koa|hono|undici|axios|got|node-fetch|request|socket\.io.*|engine\.io.*|@grpc\/.*|mqtt|nats|zeromq|faye-websocket)$/;
    const shipped = Object.entries(lock.packages)
      .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(shipped.length).toBeGreaterThan(0);
    expect(shipped.filter((name) => banned.test(name))).toEqual([]);
  });

  it('the bridge has one importer of the native module, the rings no Node headers', () => {
    expect(linesWith(product, /\.node['"]/).filter((line) => !line.startsWith('bridge/'))).toEqual([]);
    const native = cplusplus.filter((file) => !/^bridge\/addon/.test(file.path));
    expect(linesWith(native, /#include [<"](napi|node_api|node)\.h/)).toEqual([]);
  });
});

describe('names and leftovers', () => {
  it('files are named in kebab-case', () => {
    const odd = files
      .map(({ path }) => path)
      .filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*[./])+[a-z]+$/.test(path));
    expect(odd).toEqual([]);
  });

  it('no path of one machine is written into the product', () => {
    const portable = product.filter((file) => !file.path.endsWith('-darwin.cc')); // its sockets need a short path
    expect(linesWith(portable, /['"`](\/work\/|\/home\/|\/root\/|\/tmp\/|\/Users\/|[A-Z]:\\\\)/)).toEqual([]);
  });

  it('nothing is left for later, switched off or printed by the way', () => {
    expect(linesWith(files, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
    expect(linesWith(tests, /\b(it|test|describe)\.(only|skip|todo|fails)\(/)).toEqual([]);
    expect(linesWith(scriptOfProduct, /^\s*(debugger|console\.(log|debug|trace)\()/)).toEqual([]);
  });

  it('types are not talked out of', () => {
    const typescript = files.filter((file) => file.path.endsWith('.ts'));
    expect(linesWith(typescript, /^(?!\s*(\/\/|\*|\/\*)).*(:|\bas|<)\s*any\b[,;)>\]= ]/)).toEqual([]);
    expect(linesWith(typescript, /@ts-(ignore|nocheck|expect-error)/)).toEqual([]);
  });

  it('modules export names, not defaults', () => {
    const modules = files.filter((file) => /^(engine|bridge|test)\/.*\.ts$/.test(file.path));
    expect(linesWith(modules, /^export default\b/)).toEqual([]);
  });
});

describe('tests', () => {
  it('every test asserts something', () => {
    const empty = tests
      .filter(({ path }) => /\.test\.ts$/.test(path) || /^test\/.*-test\.cc$|^test\/.*_test\.cc$/.test(path))
      .filter(({ text }) => !/\bexpect\(|\bassert\b|\bCHECK\w*\(|\bstatic_assert\(/.test(text));
    expect(empty.map(({ path }) => path)).toEqual([]);
  });
});

describe('documents', () => {
  const documents = readdirSync(ROOT).filter((name) => name.endsWith('.md'));

  it('there are a README and a CHANGELOG', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md']));
  });

  it('links lead somewhere', () => {
    const broken = documents.flatMap((path) =>
      [...readSource(path).text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
        .map((match) => match[1])
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
