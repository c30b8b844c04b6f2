// npm run build: installs what is missing, builds dist/ and build/.
import { bootstrap } from './lib/bootstrap.mjs';
import { runMain } from './lib/say.mjs';

await runMain(async () => {
  await bootstrap();
  return 0;
});
