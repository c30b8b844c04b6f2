// What a benchmark is: a name, a way to measure, rows of figures.

/** One line of the result. Units stand last in the names. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface BenchOptions {
  /** The smallest case only, for a second or so: shows that it works, not how fast. */
  readonly quick: boolean;
  /** Of the benchmark's own options, those that were given. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Of the benchmark's own choices, those that were made. */
  readonly choices: Readonly<Record<string, string>>;
  /** Of the benchmark's own flags, those that were given. */
  readonly flags: readonly string[];
  /** Progress, for a human. */
  readonly say: (text: string) => void;
}

export interface Choice {
  readonly values: readonly string[];
  readonly help: string;
}

export interface Bench {
  readonly name: string;
  readonly summary: string;
  /** Options of its own: name without dashes, and what the whole number after it means. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options of its own that name one of a few: name without dashes. */
  readonly choices?: Readonly<Record<string, Choice>>;
  /** Flags of its own: name without dashes, and what it does. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Bounded in time; leaves no process and no segment behind. */
  run(options: BenchOptions): Promise<Row[]>;
}
