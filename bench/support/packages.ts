// Which of the programs are here, from which Debian packages, in which versions.
import { execFileSync } from 'node:child_process';

/** '' when it is not installed. */
export function installedVersion(debianPackage: string): string {
  try {
    return versionIn(run('dpkg', ['--status', debianPackage]));
  } catch {
    return '';
  }
}

/** From what dpkg says of a package; a removed one may still have its settings here. */
export function versionIn(status: string): string {
  if (!/^Status: .* installed$/m.test(status)) return '';
  return /^Version: (.*)$/m.exec(status)?.[1] ?? '';
}

/** Why something that needs these packages can't run; '' when it can. */
export function whyMissing(packages: readonly string[], versionOf = installedVersion): string {
  const missing = packages.filter((name) => versionOf(name) === '');
  if (missing.length === 0) return '';
  return `not installed: ${missing.join(', ')}; install with: apt-get install ${missing.join(' ')}`;
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
