// The configuration's keys as command-line options, for the commands that take them.
import {
  defaultConfigurationPath,
  loadConfiguration,
  mergeConfiguration,
  parseConfigurationOptions,
} from '../control/configuration.js';
import { type Problem, problemText } from '../control/configuration-problem.js';
import { type Configuration, OPTIONS } from '../control/configuration-table.js';
import type { ConfigurationSource } from '../control/live-configuration.js';
import { UsageError } from './number-option.js';
import type { OptionSpec, ParsedOptions } from './options.js';

export const CONFIG: OptionSpec = {
  name: 'config',
  value: 'FILE',
  doc: 'configuration file (default: jambridge/config.jsonc in $XDG_CONFIG_HOME or ~/.config)',
};

/** `--config` and every key of the table. */
export const CONFIGURATION_SPECS: readonly OptionSpec[] = [
  CONFIG,
  ...OPTIONS.map(({ key, doc }) => ({ name: key, value: 'VALUE', doc })),
  { name: 'midi', value: 'JSON', repeat: true, doc: 'a MIDI route' },
];

/** The file and what stands over it. JAMBRIDGE_SEGMENT counts as `--segment`, as it does for plugins. */
export function configurationSource(
  { options }: ParsedOptions,
  environment: NodeJS.ProcessEnv = process.env,
): { source: ConfigurationSource; problems: readonly Problem[] } {
  const withEnvironment = new Map(options);
  const fromEnvironment = environment.JAMBRIDGE_SEGMENT;
  if (fromEnvironment && !options.has('segment')) withEnvironment.set('segment', [fromEnvironment]);
  const { given, problems } = parseConfigurationOptions(withEnvironment);
  const path = options.get('config')?.[0] ?? defaultConfigurationPath(environment);
  return { source: { path, required: options.has('config'), overrides: given }, problems };
}

/** For commands that look at the configuration once. Throws UsageError with every mistake. */
export function readConfiguration(parsed: ParsedOptions): Configuration {
  const { source, problems } = configurationSource(parsed);
  const loaded = loadConfiguration(source.path, source.required);
  throwProblems([...problems, ...loaded.problems]);
  return mergeConfiguration(loaded.given, source.overrides);
}

/** For commands that only need to find the segment: a broken file elsewhere does not keep them from it. */
export function segmentName(parsed: ParsedOptions): string {
  const { source, problems } = configurationSource(parsed);
  throwProblems(problems);
  const { segment } = mergeConfiguration(loadConfiguration(source.path, false).given, source.overrides);
  return segment;
}

export function throwProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UsageError(problems.map(problemText).join('\n'));
}
