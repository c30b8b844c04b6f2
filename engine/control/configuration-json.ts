// JSON with comments and trailing commas -> a tree with offsets, and what is broken in it. Never throws.
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { ProblemList } from './configuration-problem.js';

const LENGTH_MAX = 256 * 1024;
const DEPTH_MAX = 32;

/** The tree of a text of JSON with comments and trailing commas; what is broken in it goes to `problems`. */
export function parseJson(text: string, problems: ProblemList): Node | undefined {
  if (text.length > LENGTH_MAX) {
    problems.add(0, `the file is longer than ${LENGTH_MAX} characters`);
    return undefined;
  }
  const json = text.replace(/^\uFEFF/, ' ');
  const tooDeep = offsetOfDepth(json, DEPTH_MAX);
  if (tooDeep >= 0) {
    problems.add(tooDeep, `nested more than ${DEPTH_MAX} deep`);
    return undefined;
  }
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const seen = new Set<number>();
  for (const error of errors) {
    if (!seen.has(error.offset)) problems.add(error.offset, syntaxText(printParseErrorCode(error.error)));
    seen.add(error.offset);
  }
  return root;
}

/** Where brackets first nest deeper than `depthMax`; -1 if nowhere. The tree parser recurses, this does not. */
function offsetOfDepth(text: string, depthMax: number): number {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    const token: number = scanner.scan();
    if (token === 17) return -1; // end of file
    if (token === 1 || token === 3) depth++; // { [
    if (token === 2 || token === 4) depth--; // } ]
    if (depth > depthMax) return scanner.getTokenOffset();
  }
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no JSON; texts stand in "double quotes"',
  InvalidNumberFormat: 'not a number',
  PropertyNameExpected: 'a key in "double quotes" is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a ":" is expected between key and value',
  CommaExpected: 'a "," is expected here',
  CloseBraceExpected: 'a "}" is missing',
  CloseBracketExpected: 'a "]" is missing',
  EndOfFileExpected: 'nothing may follow the closing "}"',
  UnexpectedEndOfComment: 'the comment has no end',
  UnexpectedEndOfString: 'the text has no closing quote',
  InvalidEscapeCharacter: 'not an escape of JSON; write a backslash as "\\\\"',
  InvalidCharacter: 'this character may not stand here as it is',
};

function syntaxText(code: string): string {
  return SYNTAX[code] ?? `not valid JSON (${code})`;
}

/** The keys of an object with their nodes; a key that is given twice is a mistake. */
export function entries(node: Node, problems: ProblemList): [string, Node, Node | undefined][] {
  const first = new Map<string, number>();
  const found: [string, Node, Node | undefined][] = [];
  for (const property of node.children ?? []) {
    const [nameNode, value] = property.children ?? [];
    if (!nameNode) continue;
    const name = String(nameNode.value);
    const before = first.get(name);
    if (before !== undefined) {
      problems.add(
        nameNode.offset,
        `"${name}" is given twice; the first stands in ${problems.place(before)}`,
      );
      continue;
    }
    first.set(name, nameNode.offset);
    found.push([name, nameNode, value]);
  }
  return found;
}
