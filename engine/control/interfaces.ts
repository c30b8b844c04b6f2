// Which network interfaces the configuration means.

export interface NetworkInterface {
  readonly name: string;
  readonly address: string;
  readonly up: boolean;
  readonly multicast: boolean;
  readonly loopback: boolean;
  readonly index: number;
}

/** `why` is '' when `chosen` holds at least one usable interface. */
export interface ChosenInterfaces {
  readonly chosen: readonly NetworkInterface[];
  readonly why: string;
}

/**
 * `auto` is every interface that is up and can multicast, or the loopback when there is no other;
 * else names or addresses with commas between. [control-thread]
 */
export function chooseInterfaces(wanted: string, all: readonly NetworkInterface[]): ChosenInterfaces {
  if (wanted === 'auto') return chooseAll(all);
  const chosen: NetworkInterface[] = [];
  for (const word of wanted.split(',')) {
    const found = all.find((i) => i.address === word) ?? all.find((i) => i.name === word);
    const why = found ? unusable(found) : `there is no interface "${word}"; there are: ${list(all)}`;
    if (why) return { chosen: [], why };
    if (found && !chosen.includes(found)) chosen.push(found);
  }
  return { chosen, why: '' };
}

function chooseAll(all: readonly NetworkInterface[]): ChosenInterfaces {
  const usable = all.filter((i) => unusable(i) === '');
  // One membership an interface is enough, whatever the number of its addresses.
  const first = usable.filter((i) => usable.find((other) => other.name === i.name) === i);
  const outside = first.filter((i) => !i.loopback);
  const chosen = outside.length > 0 ? outside : first;
  return {
    chosen,
    why: chosen.length > 0 ? '' : `no interface is up and can multicast; there are: ${list(all)}`,
  };
}

function unusable(found: NetworkInterface): string {
  if (!found.up) return `interface "${found.name}" is down`;
  // Linux does not flag its loopback as able to multicast, but it is.
  if (!found.multicast && !found.loopback) return `interface "${found.name}" can't multicast`;
  return '';
}

function list(all: readonly NetworkInterface[]): string {
  return all.map((i) => `${i.name} (${i.address}${i.up ? '' : ', down'})`).join(', ') || 'none';
}
