// One value against its line of the table.
import type { Option, OptionValue } from './configuration-table.js';

/** What may stand there, in words. */
export function allowedText(option: Option): string {
  switch (option.type) {
    case 'whole number':
    case 'number':
      return `a ${option.type} ${option.min} to ${option.max}${option.unit ? ` ${option.unit}` : ''}`;
    case 'choice':
      return option.choices.map((name) => `"${name}"`).join(', ');
    case 'switch':
      return 'true or false';
    case 'text':
      return `a text of ${option.bytesMin} to ${option.bytesMax} bytes, ${option.allowed}`;
  }
}

/** '' when the value fits, else what is wrong with it. */
export function valueProblem(option: Option, value: unknown): string {
  return fits(option, value) ? '' : `${shown(value)} does not fit; allowed: ${allowedText(option)}`;
}

function fits(option: Option, value: unknown): boolean {
  switch (option.type) {
    case 'whole number':
      return Number.isInteger(value) && inRange(option, value as number);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && inRange(option, value);
    case 'choice':
      return typeof value === 'string' && option.choices.includes(value);
    case 'switch':
      return typeof value === 'boolean';
    case 'text': {
      if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) return false;
      const bytes = Buffer.byteLength(value);
      return bytes >= option.bytesMin && bytes <= option.bytesMax && option.pattern.test(value);
    }
  }
}

const inRange = (option: { readonly min: number; readonly max: number }, value: number): boolean =>
  value >= option.min && value <= option.max;

function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

/** The value a command-line text stands for; undefined when it can't be one of that type. */
export function valueOfText(option: Option, given: string): OptionValue | undefined {
  if (option.type === 'whole number' || option.type === 'number') {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : undefined;
  }
  if (option.type !== 'switch') return given;
  return given === 'true' ? true : given === 'false' ? false : undefined;
}
