// The list `midi`: which device ports are routed to and from which channels.
import type { Node } from 'jsonc-parser';
import { entries, parseJson } from './configuration-json.js';
import { type Problem, ProblemList } from './configuration-problem.js';
import {
  MIDI_OPTIONS,
  MIDI_REQUIRED,
  MIDI_ROUTES_MAX,
  type MidiRoute,
  type Option,
} from './configuration-table.js';
import { valueProblem } from './configuration-value.js';
import { nearestName } from './nearest-name.js';

const OPTION_OF: ReadonlyMap<string, Option> = new Map(MIDI_OPTIONS.map((option) => [option.key, option]));

/** The routes that are right; what is wrong goes to `problems`. [control-thread] */
export function checkMidiList(node: Node, problems: ProblemList): MidiRoute[] {
  if (node.type !== 'array') {
    problems.add(node.offset, '"midi" is a list [ ... ] of { "port", "direction", "channel" }');
    return [];
  }
  const items = node.children ?? [];
  if (items.length > MIDI_ROUTES_MAX) {
    problems.add(items[MIDI_ROUTES_MAX].offset, `at most ${MIDI_ROUTES_MAX} MIDI routes`);
  }
  return items.slice(0, MIDI_ROUTES_MAX).flatMap((item, index) => checkRoute(item, index, problems));
}

/** A route, or a list of them, as the option `--midi` gives it. */
export function parseMidiOption(text: string): { routes: MidiRoute[]; problems: readonly Problem[] } {
  const problems = new ProblemList('--midi', text);
  const root = parseJson(text, problems);
  if (!root) {
    if (problems.count === 0) problems.add(0, 'a route { "port", "direction", "channel" } is expected');
    return { routes: [], problems: problems.problems };
  }
  const routes = root.type === 'array' ? checkMidiList(root, problems) : checkRoute(root, 0, problems);
  return { routes, problems: problems.problems };
}

function checkRoute(node: Node, index: number, problems: ProblemList): MidiRoute[] {
  const name = `midi[${index}]`;
  if (node.type !== 'object') {
    problems.add(node.offset, `"${name}" is an object { "port", "direction", "channel" }`);
    return [];
  }
  const before = problems.count;
  const route: Record<string, unknown> = {};
  for (const option of MIDI_OPTIONS) route[option.key] = option.fallback;
  const missing = new Set(MIDI_REQUIRED);
  for (const [key, keyNode, value] of entries(node, problems)) {
    missing.delete(key);
    const option = OPTION_OF.get(key);
    if (!option) {
      const near = nearestName(key, [...OPTION_OF.keys()]);
      const hint = near ? `did you mean "${near}"?` : `known here: ${[...OPTION_OF.keys()].join(', ')}`;
      problems.add(keyNode.offset, `unknown key ${JSON.stringify(`${name}.${key}`)}; ${hint}`);
      continue;
    }
    if (!value) continue;
    const wrong = valueProblem(option, value.children ? {} : value.value);
    if (wrong) problems.add(value.offset, `"${name}.${key}": ${wrong}`);
    else route[key] = value.value;
  }
  if (missing.size > 0) {
    problems.add(node.offset, `"${name}" lacks ${[...missing].map((key) => `"${key}"`).join(', ')}`);
  }
  return problems.count === before ? [route as unknown as MidiRoute] : [];
}
