// Which Vulkan drivers Dawn gets to see. The system's own come first; the software driver that the project's
// set-up fetched where the system's is too old (scripts/lib/software-vulkan.mjs) is offered besides them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';

const SOFTWARE_DRIVER = join(PACKAGE_ROOT, 'build/vulkan/software.json');

/**
 * Before Dawn is loaded, and on the main thread, or in a worker that shares its environment: the driver loader
 * reads the process's environment, of which other workers have a copy only. [main-thread | gpu-thread, starting]
 */
export function offerSoftwareDriver(): void {
  // Else Mesa's device selection complains about a missing desktop session.
  process.env.NODEVICE_SELECT ??= '1';
  const chosen =
    process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES ?? process.env.VK_ADD_DRIVER_FILES;
  if (chosen === undefined && process.platform === 'linux' && existsSync(SOFTWARE_DRIVER)) {
    process.env.VK_ADD_DRIVER_FILES = SOFTWARE_DRIVER;
  }
}
