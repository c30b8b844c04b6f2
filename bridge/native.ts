// Finds and loads the native module, whether this file runs compiled (dist/bridge) or as it is (bridge).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOW_TO_BUILD = 'build it with: npm run build   (or: npx cmake-js build -O build)';

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('the native module was not found: no package.json above this file');
    folder = parent;
  }
  return folder;
}

/** JAMBRIDGE_ADDON, a development aid, names another build of the module. */
export function addonPath(): string {
  return process.env.JAMBRIDGE_ADDON || join(packageRoot(), 'build', 'jambridge.node');
}

/** Throws an Error that says what to do. Each thread that calls it gets an instance of its own. */
export function loadAddon(path = addonPath()): unknown {
  if (!existsSync(path)) throw new Error(`the native module ${path} is missing; ${HOW_TO_BUILD}`);
  try {
    return createRequire(import.meta.url)(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the native module ${path} does not load (${reason}); ${HOW_TO_BUILD}`, { cause });
  }
}
