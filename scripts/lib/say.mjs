// Everything a script says goes to standard error: standard output belongs to the command it runs.

const startedMs = Date.now();

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A failure with a message that tells the user what to do; shown without a stack. */
export class Refusal extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function secondsText(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function elapsedText() {
  return secondsText(Date.now() - startedMs);
}

/** Runs a script's main function; turns a refusal into a plain message and its exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof Refusal ? error.message : (error?.stack ?? String(error)));
    process.exitCode = error instanceof Refusal ? error.exitCode : 1;
  }
}
