// The configuration in force: the defaults, over them the file, over it the command line.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseMidiOption } from './configuration-midi.js';
import { type ParsedConfiguration, parseConfiguration } from './configuration-parse.js';
import type { Problem } from './configuration-problem.js';
import {
  type Configuration,
  DEFAULTS,
  type MidiRoute,
  OPTIONS,
  type PartialConfiguration,
} from './configuration-table.js';
import { allowedText, valueOfText, valueProblem } from './configuration-value.js';

/** Where the file is looked for when none is named. */
export function defaultConfigurationPath(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CONFIG_HOME || join(homedir(), '.config');
  return join(base, 'jambridge', 'config.jsonc');
}

export type FileText =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable'; readonly why: string };

/** [control-thread] */
export function readConfigurationText(path: string): FileText {
  try {
    return { state: 'read', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { state: 'absent' }
      : { state: 'unreadable', why: message };
  }
}

/** Reads and checks a file. `required`: it was named by the user, so its absence is a mistake. */
export function loadConfiguration(path: string, required: boolean): ParsedConfiguration {
  const file = readConfigurationText(path);
  if (file.state === 'read') return parseConfiguration(file.text, path);
  if (file.state === 'absent' && !required) return { given: {}, problems: [] };
  const message = file.state === 'absent' ? 'no such file' : file.why;
  return { given: {}, problems: [{ source: path, line: 0, column: 0, message }] };
}

/** Options of the command line: the table's keys with texts as values. */
export function parseConfigurationOptions(
  options: ReadonlyMap<string, readonly string[]>,
): ParsedConfiguration {
  const given: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const option of OPTIONS) {
    const text = options.get(option.key)?.at(-1);
    if (text === undefined) continue;
    const value = valueOfText(option, text);
    const wrong =
      value === undefined
        ? `"${text}" does not fit; allowed: ${allowedText(option)}`
        : valueProblem(option, value);
    if (wrong) problems.push({ source: `--${option.key}`, line: 0, column: 0, message: wrong });
    else given[option.key] = value;
  }
  const routes: MidiRoute[] = [];
  for (const text of options.get('midi') ?? []) {
    const parsed = parseMidiOption(text);
    routes.push(...parsed.routes);
    problems.push(...parsed.problems);
  }
  if (options.has('midi')) given.midi = routes;
  return { given: given as PartialConfiguration, problems };
}

/** Later sources win. */
export function mergeConfiguration(...sources: readonly PartialConfiguration[]): Configuration {
  return Object.freeze(Object.assign({}, DEFAULTS, ...sources) as Configuration);
}

/** The nested form that the file has: the inverse of reading it. */
export function configurationToJson(configuration: PartialConfiguration): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(configuration)) {
    const path = key.split('.');
    let node = root;
    for (const name of path.slice(0, -1)) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
    }
    node[path[path.length - 1]] = value;
  }
  return root;
}
