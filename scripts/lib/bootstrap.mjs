// From a fresh clone to a built tree: the steps that `npm start`, `npm test` and the others share.
import { buildNative, buildTypeScript } from './build-tree.mjs';
import { ensureDebianPackages } from './debian-packages.mjs';
import { checkNodeVersion, ensureNpmPackages } from './npm-packages.mjs';
import { elapsedText, say } from './say.mjs';
import { ensureSoftwareVulkan } from './software-vulkan.mjs';

/** Everything that must be installed. `forTests` adds the checkers. */
export async function installMissing({ forTests }) {
  checkNodeVersion();
  await ensureDebianPackages({ forTests });
  await ensureSoftwareVulkan();
  await ensureNpmPackages();
}

/** Installs what is missing and builds what a user runs: dist/ and build/. */
export async function bootstrap() {
  await installMissing({ forTests: false });
  say('building');
  await buildTypeScript();
  await buildNative({ tests: false });
  say(`built (${elapsedText()})`);
}
