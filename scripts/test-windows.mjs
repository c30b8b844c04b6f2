// npm run test:windows [-- ARGUMENTS OF CTEST...]: installs mingw-w64 and Wine if they are missing (as root; else it
// says the command), cross-builds the plugin, the test host and the C++ tests into build/windows, and runs them under
// Wine. Wine is not Windows: what fails here fails there, not the other way round.
import { runMain, say } from './lib/say.mjs';
import { windows } from './lib/windows-stage.mjs';

await runMain(async () => {
  const tally = await windows(process.argv.slice(2));
  if (tally.skipped > 0) say(`${tally.skipped} skipped`);
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  return tally.failed === 0 ? 0 : 1;
});
