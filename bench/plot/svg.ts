// Text of SVG elements. Numbers are rounded to hundredths: the same rows give the same file.

export type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[c]};`);

export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const texts = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const open = `<${name}${texts.join('')}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join('')}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

export function polyline(points: readonly (readonly [number, number])[], attributes: Attributes): string {
  const list = points.map(([x, y]) => `${numberText(x)},${numberText(y)}`).join(' ');
  return element('polyline', { points: list, fill: 'none', ...attributes });
}

/** A whole picture on a white ground, readable on a dark page too. */
export function picture(width: number, height: number, title: string, content: readonly string[]): string {
  const head = {
    ...{ xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    ...{ 'font-family': 'DejaVu Sans, Verdana, sans-serif', 'font-size': 12, fill: '#222', role: 'img' },
  };
  const ground = element('rect', { width, height, fill: '#fff' });
  return `${element('svg', head, ...[element('title', {}, escaped(title)), ground, ...content].map((e) => `\n${e}`), '\n')}\n`;
}

function attributeText(value: string | number): string {
  return typeof value === 'number' ? numberText(value) : escaped(value);
}

function numberText(value: number): string {
  return String(Math.round(value * 100) / 100);
}
