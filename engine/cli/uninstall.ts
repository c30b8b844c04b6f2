// jambridge uninstall: takes away what `install` has put there.
import { helpText } from './help-text.js';
import { removeInstalled } from './install-receipt.js';
import { guarded, HELP, JSON_OPTION, optionRows, parseOptions } from './options.js';
import { receiptPath } from './plugin-places.js';

const USAGE = helpText(
  'uninstall [--json]',
  'Removes the plugins that "install" has put where DAWs look, and nothing else.',
  optionRows([JSON_OPTION, HELP]),
);

/** Exit code 1 when a file was left because somebody changed it. [control-thread] */
export function run(args: string[]): Promise<number> {
  return guarded('uninstall', async () => {
    const { options } = parseOptions(args, [JSON_OPTION, HELP]);
    if (options.has('help')) {
      process.stdout.write(USAGE);
      return 0;
    }
    const { removed, kept } = removeInstalled(receiptPath());
    if (options.has('json')) process.stdout.write(`${JSON.stringify({ removed, kept })}\n`);
    else process.stdout.write(report(removed, kept));
    return kept.length === 0 ? 0 : 1;
  });
}

function report(removed: readonly string[], kept: readonly string[]): string {
  if (removed.length + kept.length === 0) return 'nothing was installed\n';
  const lines = removed.map((path) => `removed ${path}\n`);
  for (const path of kept)
    lines.push(`left ${path}: it was changed since it was installed; remove it by hand\n`);
  return lines.join('');
}
