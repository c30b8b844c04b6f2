// Text of a configuration file -> what it says, and every mistake in it with its place.
// Never throws, whatever the text.
import { parseJson } from './configuration-json.js';
import { checkMidiList } from './configuration-midi.js';
import { type Problem, ProblemList } from './configuration-problem.js';
import { OPTIONS, type PartialConfiguration } from './configuration-table.js';
import { walkTree } from './configuration-walk.js';

export interface ParsedConfiguration {
  readonly given: PartialConfiguration;
  readonly problems: readonly Problem[];
}

/** @param source the file's path, for the messages [control-thread] */
export function parseConfiguration(text: string, source: string): ParsedConfiguration {
  const problems = new ProblemList(source, text);
  const given = new Map<string, unknown>();
  const root = parseJson(text, problems);
  if (root) {
    const found = (key: string, value: unknown) => void given.set(key, value);
    const lists = { midi: checkMidiList };
    walkTree(root, { whole: 'the configuration', options: OPTIONS, lists, found }, problems);
  }
  return { given: Object.fromEntries(given) as PartialConfiguration, problems: problems.problems };
}
