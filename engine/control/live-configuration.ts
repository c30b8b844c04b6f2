// The configuration over the life of an engine: what the file said last that was right.
import { concatMap, from, type Observable } from 'rxjs';
import { loadConfiguration, mergeConfiguration } from './configuration.js';
import { parseConfiguration } from './configuration-parse.js';
import { type Problem, problemText } from './configuration-problem.js';
import type { Configuration, PartialConfiguration } from './configuration-table.js';
import { configurationChanges } from './configuration-watch.js';
import type { Log } from './log.js';

/** Settings that an engine keeps for life: what is allocated by them, and asked for with them, at the start. */
const FIXED = [
  'segment',
  'limits.maxDatagramBytes',
  'realtimePriority',
] as const satisfies readonly (keyof Configuration)[];

export interface ConfigurationSource {
  readonly path: string;
  /** The user named the file: it must be there. */
  readonly required: boolean;
  /** From the command line; they win over the file. */
  readonly overrides: PartialConfiguration;
}

export class LiveConfiguration {
  current: Configuration;
  /** Mistakes in the file as it was at the start. */
  readonly problems: readonly Problem[];

  constructor(private readonly source: ConfigurationSource) {
    const loaded = loadConfiguration(source.path, source.required);
    this.problems = loaded.problems;
    this.current = mergeConfiguration(loaded.given, source.overrides);
  }

  /** Emits each new configuration that differs. A broken file is reported and changes nothing. [control-thread] */
  changes(log: Log): Observable<Configuration> {
    return configurationChanges(this.source.path).pipe(
      concatMap((file) => {
        if (file.state === 'read') return from(this.take(file.text, log));
        const why = file.state === 'absent' ? 'the file is gone' : file.why;
        log(`${this.source.path}: ${why}; the settings stay as they were`);
        return [];
      }),
    );
  }

  private take(text: string, log: Log): Configuration[] {
    const { given, problems } = parseConfiguration(text, this.source.path);
    if (problems.length > 0) {
      for (const problem of problems) log(problemText(problem));
      log(`${this.source.path}: not taken; the settings stay as they were`);
      return [];
    }
    const wanted = mergeConfiguration(given, this.source.overrides);
    const kept = Object.fromEntries(FIXED.map((key) => [key, this.current[key]]));
    const next: Configuration = Object.freeze({ ...wanted, ...kept });
    for (const key of FIXED) {
      if (wanted[key] !== this.current[key]) log(`"${key}" is taken at the next start of the engine`);
    }
    const changed = changedKeys(this.current, next);
    if (changed.length === 0) return [];
    log(`${this.source.path}: taken; changed: ${changed.join(', ')}`);
    this.current = next;
    return [next];
  }
}

function changedKeys(a: Configuration, b: Configuration): string[] {
  const keys = Object.keys(b) as (keyof Configuration)[];
  return keys.filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
}
