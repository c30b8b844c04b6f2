// A mistake in a configuration, and where it stands.

export interface Problem {
  /** A file's path, or the command-line option. */
  readonly source: string;
  /** From 1; 0 where there is no text to point into. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `file:line:column: message`, as editors and terminals link it. */
export function problemText(problem: Problem): string {
  const place = problem.line > 0 ? `:${problem.line}:${problem.column}` : '';
  return `${problem.source}${place}: ${problem.message}`;
}

/** Turns offsets into lines and columns, both from 1; columns count UTF-16 units as editors do. */
export class LineIndex {
  private readonly starts = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.starts[low] + 1 };
  }
}

/** Collects the problems of one source. */
export class ProblemList {
  private readonly found: Problem[] = [];
  private readonly lines: LineIndex;

  constructor(
    private readonly source: string,
    text: string,
  ) {
    this.lines = new LineIndex(text);
  }

  /** In the order of the text. */
  get problems(): readonly Problem[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
  get count(): number {
    return this.found.length;
  }

  add(offset: number, message: string): void {
    this.found.push({ source: this.source, ...this.lines.position(offset), message });
  }

  place(offset: number): string {
    const { line, column } = this.lines.position(offset);
    return `line ${line}, column ${column}`;
  }
}
