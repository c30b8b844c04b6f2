// Child processes: quiet ones, whose output matters only when they fail, and loud ones.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Refusal } from './say.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const TAIL_BYTES = 20_000;
// Nothing here takes long; what hangs must not hang for ever, even on a machine with much else to do.
const TIMEOUT_MS = 40 * 60 * 1000;

/**
 * Runs a command; resolves to { code, output }. `loud` shows its output (on standard error) as it comes.
 * `inherit` gives it this process's own streams, for the command a script was asked to run. `signal` ends it early.
 */
export function run(command, args, { loud = false, inherit = false, env = {}, cwd = root, signal } = {}) {
  return new Promise((resolve) => {
    const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
    const tooLong = () => {
      take(`\nended after ${TIMEOUT_MS / 60_000} minutes\n`);
      child.kill('SIGKILL');
    };
    const timer = inherit ? undefined : setTimeout(tooLong, TIMEOUT_MS);
    const relayed = inherit ? relaySignals(child) : () => {};
    const cut = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', cut, { once: true });
    let output = '';
    const take = (bytes) => {
      if (loud) process.stderr.write(bytes);
      output = (output + bytes).slice(-TAIL_BYTES * 4);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    const done = (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cut);
      relayed();
      resolve({ code, output });
    };
    child.on('error', (error) => {
      output += `${command}: ${error.message}\n`;
      done(127);
    });
    child.on('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** As run(), but a failure ends the script: the message, the command, the end of its output. */
export async function mustRun(what, command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const tail = options?.loud ? '' : `\n${output.slice(-TAIL_BYTES).trimEnd()}`;
  throw new Refusal(`${what} failed (exit code ${code}): ${command} ${args.join(' ')}${tail}`);
}

/** A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone does not. */
function relaySignals(child) {
  const onTerm = () => child.kill('SIGTERM');
  const onInt = () => {};
  process.on('SIGTERM', onTerm);
  process.on('SIGINT', onInt);
  return () => {
    process.off('SIGTERM', onTerm);
    process.off('SIGINT', onInt);
  };
}
