// Walks a tree of JSON down to the keys of a table: `{ "a": { "b": 3 } }` gives `a.b`. What is in neither the
// table nor the lists is a mistake, told with its place. Never throws.
import type { Node } from 'jsonc-parser';
import { entries } from './configuration-json.js';
import type { ProblemList } from './configuration-problem.js';
import type { Option, OptionValue } from './configuration-table.js';
import { valueProblem } from './configuration-value.js';
import { nearestName } from './nearest-name.js';

/** Reads the value of a key that is no single value. */
export type ListReader = (node: Node, problems: ProblemList) => unknown;

export interface Walk {
  /** What the whole is called in messages. */
  readonly whole: string;
  readonly options: readonly Option[];
  readonly lists: Readonly<Record<string, ListReader>>;
  /** Told of every key that is right, with the offset of its value. */
  readonly found: (key: string, value: unknown, offset: number) => void;
}

/** [control-thread] */
export function walkTree(root: Node, walk: Walk, problems: ProblemList): void {
  new TreeWalk(walk, problems).readObject(root, '');
}

class TreeWalk {
  private readonly optionOf: ReadonlyMap<string, Option>;
  private readonly allKeys: readonly string[];

  constructor(
    private readonly walk: Walk,
    private readonly problems: ProblemList,
  ) {
    this.optionOf = new Map(walk.options.map((option) => [option.key, option]));
    this.allKeys = [...this.optionOf.keys(), ...Object.keys(walk.lists)];
  }

  readObject(node: Node, prefix: string): void {
    const { walk, problems } = this;
    if (node.type !== 'object') {
      const what = prefix === '' ? walk.whole : `"${prefix.slice(0, -1)}"`;
      problems.add(node.offset, `${what} is an object { ... } of keys and values`);
      return;
    }
    for (const [name, nameNode, value] of entries(node, problems)) {
      const key = prefix + name;
      const option = this.optionOf.get(key);
      if (Object.hasOwn(walk.lists, key)) {
        if (value) walk.found(key, walk.lists[key](value, problems), value.offset);
      } else if (option) {
        if (value) this.readValue(option, value);
      } else if (this.allKeys.some((known) => known.startsWith(`${key}.`))) {
        if (value) this.readObject(value, `${key}.`);
      } else {
        problems.add(nameNode.offset, this.unknownKeyText(name, prefix));
      }
    }
  }

  private readValue(option: Option, node: Node): void {
    const value: unknown = node.type === 'object' || node.type === 'array' ? {} : node.value;
    const wrong = valueProblem(option, value);
    if (wrong) this.problems.add(node.offset, `"${option.key}": ${wrong}`);
    else this.walk.found(option.key, value as OptionValue, node.offset);
  }

  private unknownKeyText(name: string, prefix: string): string {
    const { allKeys } = this;
    const below = allKeys.filter((key) => key.startsWith(prefix));
    const here = [...new Set(below.map((key) => key.slice(prefix.length).split('.')[0]))];
    const near = nearestName(name, here);
    const elsewhere = allKeys.filter((key) => key.endsWith(`.${name}`));
    const hint = near
      ? `did you mean "${near}"?`
      : elsewhere.length > 0
        ? `did you mean ${elsewhere.map((key) => `"${key}"`).join(' or ')}?`
        : `known here: ${here.join(', ')}`;
    return `unknown key ${JSON.stringify(prefix + name)}; ${hint}`;
  }
}
