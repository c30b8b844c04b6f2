// Text of a configuration file -> what it says, and every mistake in it with its place.
// Never throws, whatever the text.
import type { Node } from 'jsonc-parser';
import { entries, parseJson } from './configuration-json.js';
import { checkMidiList } from './configuration-midi.js';
import { type Problem, ProblemList } from './configuration-problem.js';
import { OPTIONS, type Option, type OptionValue, type PartialConfiguration } from './configuration-table.js';
import { valueProblem } from './configuration-value.js';
import { nearestName } from './nearest-name.js';

export interface ParsedConfiguration {
  readonly given: PartialConfiguration;
  readonly problems: readonly Problem[];
}

const OPTION_OF: ReadonlyMap<string, Option> = new Map(OPTIONS.map((option) => [option.key, option]));
const ALL_KEYS: readonly string[] = [...OPTION_OF.keys(), 'midi'];

/** @param source the file's path, for the messages [control-thread] */
export function parseConfiguration(text: string, source: string): ParsedConfiguration {
  const problems = new ProblemList(source, text);
  const given = new Map<string, unknown>();
  const root = parseJson(text, problems);
  if (root) readObject(root, '', given, problems);
  return { given: Object.fromEntries(given) as PartialConfiguration, problems: problems.problems };
}

/** Walks `{ "redundancy": { "midi": { "copies": 3 } } }` down to the keys of the table. */
function readObject(node: Node, prefix: string, given: Map<string, unknown>, problems: ProblemList): void {
  if (node.type !== 'object') {
    const what = prefix === '' ? 'the configuration' : `"${prefix.slice(0, -1)}"`;
    problems.add(node.offset, `${what} is an object { ... } of keys and values`);
    return;
  }
  for (const [name, nameNode, value] of entries(node, problems)) {
    const key = prefix + name;
    const option = OPTION_OF.get(key);
    if (key === 'midi') {
      if (value) given.set('midi', checkMidiList(value, problems));
    } else if (option) {
      if (value) readValue(option, value, given, problems);
    } else if (ALL_KEYS.some((known) => known.startsWith(`${key}.`))) {
      if (value) readObject(value, `${key}.`, given, problems);
    } else {
      problems.add(nameNode.offset, unknownKeyText(name, prefix));
    }
  }
}

function readValue(option: Option, node: Node, given: Map<string, unknown>, problems: ProblemList): void {
  const value: unknown = node.type === 'object' || node.type === 'array' ? {} : node.value;
  const wrong = valueProblem(option, value);
  if (wrong) problems.add(node.offset, `"${option.key}": ${wrong}`);
  else given.set(option.key, value as OptionValue);
}

function unknownKeyText(name: string, prefix: string): string {
  const here = [
    ...new Set(ALL_KEYS.filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length).split('.')[0])),
  ];
  const near = nearestName(name, here);
  const elsewhere = ALL_KEYS.filter((key) => key.endsWith(`.${name}`));
  const hint = near
    ? `did you mean "${near}"?`
    : elsewhere.length > 0
      ? `did you mean ${elsewhere.map((key) => `"${key}"`).join(' or ')}?`
      : `known here: ${here.join(', ')}`;
  return `unknown key ${JSON.stringify(prefix + name)}; ${hint}`;
}
