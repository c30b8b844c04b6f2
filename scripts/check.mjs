// npm run check: what is quick to know before a commit: types, lint, format and the rules of the house.
import { installMissing } from './lib/bootstrap.mjs';
import { run } from './lib/run.mjs';
import { runMain, say } from './lib/say.mjs';
import { STAGES } from './lib/test-stages.mjs';

await runMain(async () => {
  await installMissing({ forTests: true });
  let failed = 0;
  for (const name of ['types', 'lint', 'format']) {
    const tally = await STAGES.find((stage) => stage.name === name).work();
    say(`${name}: ${tally.failed === 0 ? 'ok' : 'failed'}`);
    failed += tally.failed;
  }
  const { code, output } = await run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/tidy',
  ]);
  say(`tidy: ${code === 0 ? 'ok' : `failed\n${output}`}`);
  return failed + code === 0 ? 0 : 1;
});
