// jambridge engine: runs the engine in the foreground.
import { configurationHelp } from '../control/configuration-text.js';
import { LiveConfiguration } from '../control/live-configuration.js';
import { logToStderr } from '../control/log.js';
import { CONFIG, CONFIGURATION_SPECS, configurationSource, throwProblems } from './configuration-options.js';
import { helpText } from './help-text.js';
import { guarded, HELP, optionRows, parseOptions } from './options.js';

const USAGE = helpText(
  'engine [options]',
  'Runs until SIGINT or SIGTERM. Every key of the configuration file is an option, too, and wins over the file.',
  optionRows([CONFIG, HELP]),
  `configuration:\n${configurationHelp()}`,
);

/** [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('engine', async () => {
    const parsed = parseOptions(args, [...CONFIGURATION_SPECS, HELP]);
    if (parsed.options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    const { source, problems } = configurationSource(parsed);
    const live = new LiveConfiguration(source);
    throwProblems([...problems, ...live.problems]);
    return runEngine(live);
  });
}

async function runEngine(live: LiveConfiguration): Promise<number> {
  const log = logToStderr;
  // Loaded only now, so that help and mistakes need no native module.
  const { Engine } = await import('../control/engine.js');
  const { NativeMidiSystem } = await import('../control/midi-system-native.js');
  const signal = nextSignal();
  const engine = await Engine.start({
    configuration: live.current,
    changes: live.changes(log),
    midi: new NativeMidiSystem(),
    log,
  });
  if (typeof engine === 'string') {
    log(engine);
    return 1;
  }
  log(`engine ready: ${engine.summary()}`);
  const failure = await Promise.race([engine.failure, signal]);
  if (failure) log(failure);
  process.once('SIGINT', () => process.exit(1)); // asked twice: at once
  await engine.stop();
  return failure ? 1 : 0;
}

/** Resolves to '' when the user or the system asks the program to end. */
function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve(''));
  });
}
