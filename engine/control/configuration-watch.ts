// The configuration file while the engine runs: every change of its text, once the writer is done.
//
// The directory is watched, because editors replace the file rather than write into it; a slow look at
// the file itself covers what no directory event tells (links, network file systems, a directory made later).
import { statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  debounceTime,
  defer,
  distinctUntilChanged,
  interval,
  map,
  merge,
  Observable,
  skip,
  startWith,
} from 'rxjs';
import { type FileText, readConfigurationText } from './configuration.js';

const SETTLE_MS = 100;
const POLL_MS = 1000;

/** Emits the file's new text after each change; never the first text, never the same twice. [control-thread] */
export function configurationChanges(path: string): Observable<FileText> {
  return defer(() =>
    merge(directoryEvents(path), statChanges(path)).pipe(
      debounceTime(SETTLE_MS),
      startWith(undefined),
      map(() => readConfigurationText(path)),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
      skip(1),
    ),
  );
}

function directoryEvents(path: string): Observable<unknown> {
  return new Observable((subscriber) => {
    try {
      const watcher = watch(dirname(path), (_event, name) => {
        if (name === null || name === basename(path)) subscriber.next(undefined);
      });
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return undefined; // no such directory: the slow look will notice when it comes
    }
  });
}

function statChanges(path: string): Observable<unknown> {
  return interval(POLL_MS).pipe(
    startWith(0),
    map(() => signature(path)),
    distinctUntilChanged(),
    skip(1),
  );
}

function signature(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
