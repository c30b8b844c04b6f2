// npm run test:daws [-- FILTER...]: installs Ardour and Qtractor if they are missing (as root; else it says the
// command), builds, and runs the plugin in them. What follows -- goes to vitest, e.g. test/daws/two-daws.
import { bootstrap } from './lib/bootstrap.mjs';
import { runMain, say } from './lib/say.mjs';
import { daws } from './lib/test-stages.mjs';

await runMain(async () => {
  await bootstrap();
  const filters = process.argv.slice(2);
  const tally = await daws({ required: true, args: filters.length > 0 ? filters : ['test/daws'] });
  if (tally.skipped > 0) say(`${tally.skipped} skipped`);
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 ? 0 : 1;
});
