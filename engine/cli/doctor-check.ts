// One thing that `doctor` looked at.

export interface Check {
  readonly name: string;
  /** `warning`: works, but not as well as it could. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do; '' when there is nothing to do. */
  readonly advice: string;
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found, advice: '' });
export const warning = (name: string, found: string, advice: string): Check => ({
  name,
  state: 'warning',
  found,
  advice,
});
export const failed = (name: string, found: string, advice: string): Check => ({
  name,
  state: 'failed',
  found,
  advice,
});
