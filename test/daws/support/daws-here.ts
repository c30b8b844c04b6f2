// Are the DAWs installed? `npm run test:daws` installs them.
import { existsSync } from 'node:fs';

const NEEDED = ['ardour7-lua', 'ardour7-export', 'qtractor', 'jackd', 'Xvfb', 'import', 'cc'];
const missing = NEEDED.filter((name) => !existsSync(`/usr/bin/${name}`));

/** '' when they are. */
export const WHY_NO_DAWS =
  missing.length === 0 ? '' : `not installed: ${missing.join(', ')}; try: npm run test:daws`;
