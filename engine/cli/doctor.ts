// jambridge doctor: looks at everything the main job needs, and says in plain words what is wrong and what to do.

import type { Configuration } from '../control/configuration-table.js';
import { CONFIG, CONFIGURATION_SPECS, readConfiguration } from './configuration-options.js';
import { type Check, failed } from './doctor-check.js';
import { helpText } from './help-text.js';
import { guarded, HELP, JSON_OPTION, optionRows, parseOptions } from './options.js';

const USAGE = helpText(
  'doctor [--json] [options]',
  'Checks this machine: segment, network, permissions, plugins. Takes the same options as "engine". Exit code 1 when something fails.',
  optionRows([CONFIG, JSON_OPTION, HELP]),
);

/** [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('doctor', async () => {
    const parsed = parseOptions(args, [...CONFIGURATION_SPECS, JSON_OPTION, HELP]);
    if (parsed.options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    const checks = await examine(readConfiguration(parsed));
    const good = checks.every((check) => check.state !== 'failed');
    process.stdout.write(
      parsed.options.has('json') ? `${JSON.stringify({ ok: good, checks })}\n` : report(checks),
    );
    return good ? 0 : 1;
  });
}

/** Without the native module nothing else can be looked at. */
async function examine(configuration: Configuration): Promise<Check[]> {
  try {
    await import('../../bridge/index.js');
  } catch (error) {
    return [failed('native module', (error as Error).message, 'Build everything with: npm run build')];
  }
  const { checkSegment } = await import('./doctor-segment.js');
  const { checkNetwork } = await import('./doctor-network.js');
  const { checkOtherSegments } = await import('./doctor-revisions.js');
  const { checkMidi, checkPermissions } = await import('./doctor-system.js');
  const { checkPlugins } = await import('./doctor-plugins.js');
  const { checkGpu } = await import('./doctor-gpu.js');
  return [
    ...checkSegment(configuration.segment),
    ...checkOtherSegments(configuration.segment),
    ...checkNetwork(configuration),
    ...checkPermissions(configuration),
    checkMidi(),
    await checkGpu(configuration),
    ...checkPlugins(),
  ];
}

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const;

function report(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ name, state, found, advice }) => [
    `${MARKS[state]}  ${name}: ${found}`,
    ...(advice ? [`         ${advice}`] : []),
  ]);
  const count = checks.filter((check) => check.state === 'failed').length;
  lines.push(count === 0 ? 'Ready.' : `${count} to mend before it can work.`);
  return `${lines.join('\n')}\n`;
}
