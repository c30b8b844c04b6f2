// What this process holds once its garbage has been collected: what grows then is kept by somebody.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export function residentBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect(); // what finalizers of the first let go of
  return process.memoryUsage.rss();
}
