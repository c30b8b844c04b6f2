// What the control thread tells the user: one line each, on standard error.

export type Log = (text: string) => void;

/** [control-thread] */
export const logToStderr: Log = (text) => {
  process.stderr.write(`jambridge: ${text}\n`);
};

/** The same line is said once, until it has been away for a while or `forget` is called with it. */
export function sayOnce(log: Log): Log & { forget(text: string): void } {
  const said = new Set<string>();
  const once = (text: string): void => {
    if (said.has(text) || said.size >= 256) return;
    said.add(text);
    log(text);
  };
  return Object.assign(once, { forget: (text: string) => void said.delete(text) });
}
