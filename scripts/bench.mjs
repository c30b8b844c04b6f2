// npm run bench -- NAME [--json]: builds, then runs one benchmark. With `npm run -s` and --json nothing but
// the one JSON object reaches standard output.
import { bootstrap } from './lib/bootstrap.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/say.mjs';

await runMain(async () => {
  await bootstrap();
  const args = ['dist/bench/main.js', ...process.argv.slice(2)];
  return (await run(process.execPath, args, { inherit: true })).code;
});
