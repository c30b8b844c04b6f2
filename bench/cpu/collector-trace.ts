// Garbage collections of an engine process, from the lines that node --trace-gc prints:
//
//   [1234:0x5f0c80]      151 ms: Scavenge 4.2 (5.0) -> 3.9 (6.0) MB, ...
//
// Every thread is an isolate of its own; the first one to collect is the main thread's, which has loaded modules
// by the time that the engine thread begins.

const LINE = /^\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: (Scavenge|Mark-Compact|Minor Mark-Compact)/;

export interface Collections {
  readonly mainThread: number;
  readonly otherThreads: number;
}

export function countCollections(trace: string): Collections {
  let main = '';
  const counts = { mainThread: 0, otherThreads: 0 };
  for (const line of trace.split('\n')) {
    const isolate = LINE.exec(line)?.[1];
    if (isolate === undefined) continue;
    main ||= isolate;
    if (isolate === main) counts.mainThread++;
    else counts.otherThreads++;
  }
  return counts;
}
