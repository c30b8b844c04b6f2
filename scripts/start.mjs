// npm start: installs what is missing, builds, then does the main job and shows it (engine/cli/demo.ts).
import { bootstrap } from './lib/bootstrap.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/say.mjs';

await runMain(async () => {
  await bootstrap();
  const args = ['dist/engine/cli/main.js', 'demo', ...process.argv.slice(2)];
  return (await run(process.execPath, args, { inherit: true })).code;
});
