// npm run test:crash [-- --kills N] [--stop-ms N] [--seed N]: the crash matrix. Engines and hosts are killed N times
// each (200) while two hosts play; engines are stopped for 10 s and continued.
import { bootstrap } from './lib/bootstrap.mjs';
import { run } from './lib/run.mjs';
import { Refusal, runMain } from './lib/say.mjs';

const OPTIONS = {
  '--kills': 'JAMBRIDGE_KILLS',
  '--stop-ms': 'JAMBRIDGE_STOP_MS',
  '--seed': 'JAMBRIDGE_SEED',
};

function settings(args) {
  const env = { JAMBRIDGE_KILLS: '200', JAMBRIDGE_STOP_MS: '10000' };
  for (let i = 0; i < args.length; i += 2) {
    const name = OPTIONS[args[i]];
    if (name === undefined || !/^\d+$/.test(args[i + 1] ?? '')) {
      throw new Refusal(`usage: npm run test:crash -- ${Object.keys(OPTIONS).join(' N ')} N`, 2);
    }
    env[name] = args[i + 1];
  }
  return env;
}

await runMain(async () => {
  const env = settings(process.argv.slice(2));
  await bootstrap();
  return (await run('node_modules/.bin/vitest', ['run', 'test/crash'], { inherit: true, env })).code;
});
