// How long the functions of a source are. No parser: comments and texts are blanked, then braces are
// matched, and a brace whose head looks like a function's is one. Good for TypeScript and C++.

export interface FunctionLength {
  /** The beginning of its head, for the message. */
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

const NO_FUNCTION =
  /^(if|for|while|switch|catch|else|do|try|case|default|namespace|class|struct|enum|union|export (abstract )?class|interface)\b/;

/** Throws when the braces do not match: then the blanking below is wrong, not the source. */
export function functionLengths(source: string): FunctionLength[] {
  const text = blank(source);
  const open: { head: string; line: number }[] = [];
  const found: FunctionLength[] = [];
  let line = 1;
  let head = '';
  for (const char of text) {
    if (char === '\n') line++;
    if (char === '{') {
      open.push({ head: head.trim(), line });
      head = '';
    } else if (char === '}') {
      const start = open.pop();
      if (start === undefined) throw new Error(`a brace too many in line ${line}`);
      if (isFunction(start.head)) {
        found.push({ name: start.head.slice(0, 60), line: start.line, lines: line - start.line + 1 });
      }
      head = '';
    } else head = char === ';' ? '' : head + char;
  }
  if (open.length > 0) throw new Error(`a brace of line ${open[0].line} is never closed`);
  return found;
}

function isFunction(head: string): boolean {
  const plain = head.replace(/\s+/g, ' ').replace(/^#.*$/gm, '');
  if (NO_FUNCTION.test(plain) || /(^|[=(,:[?]|\breturn)$/.test(plain)) return false;
  return plain.endsWith('=>') || /\)[^()]*$/.test(plain);
}

/** Comments, strings, templates and regular expressions become spaces; line ends stay. */
export function blank(source: string): string {
  const parts =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|\$\{(?:[^{}]|\{[^{}]*\})*\}|[^`\\])*`|(?<=[(,=:[!&|?{};]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;
  return source.replace(parts, (part) => part.replace(/[^\n]/g, ' '));
}
