// Where a demo takes place: two studios in network namespaces, or, without the right to make those, two
// ports of the loopback interface. Either way real multicast, and a line between that carries packets.
import { inNamespace, makeStudios, whyNoNamespaces } from './namespaces.js';

export interface Site {
  /** IPv4 address of the interface that its engine uses. */
  readonly address: string;
  readonly port: number;
  /** Name of its engine's segment. */
  readonly segment: string;
  /** How a command is run there. */
  wrap(command: string, args: readonly string[]): [string, string[]];
}

export interface Venue {
  readonly description: string;
  readonly a: Site;
  readonly b: Site;
  readonly line: { readonly from: string; readonly to: string } & Pick<Site, 'wrap'>;
  close(): void;
}

const PORT = 7777;
const LOOPBACK_PORTS_FROM = 20_000;

export function openVenue(): Venue {
  const reason = whyNoNamespaces();
  return reason === '' ? inNamespaces() : onLoopback(reason);
}

function inNamespaces(): Venue {
  const studios = makeStudios();
  const site = (studio: typeof studios.a, letter: string): Site => ({
    address: studio.address,
    port: PORT,
    segment: segmentName(letter),
    wrap: (command, args) => inNamespace(studio.namespace, command, args),
  });
  return {
    description: `two network namespaces, ${studios.a.address} and ${studios.b.address}, joined by a relay`,
    a: site(studios.a, 'a'),
    b: site(studios.b, 'b'),
    line: {
      from: `${studios.line.addressA}:${PORT}`,
      to: `${studios.line.addressB}:${PORT}`,
      wrap: (command, args) => inNamespace(studios.line.namespace, command, args),
    },
    close: studios.destroy,
  };
}

function onLoopback(reason: string): Venue {
  const port = LOOPBACK_PORTS_FROM + ((2 * process.pid) % 30_000);
  const wrap = (command: string, args: readonly string[]): [string, string[]] => [command, [...args]];
  const site = (letter: string, offset: number): Site => ({
    ...{ address: '127.0.0.1', port: port + offset, segment: segmentName(letter), wrap },
  });
  return {
    description: `the loopback interface, ports ${port} and ${port + 1}, joined by a relay (${reason})`,
    a: site('a', 0),
    b: site('b', 1),
    line: { from: `127.0.0.1:${port}`, to: `127.0.0.1:${port + 1}`, wrap },
    close: () => {},
  };
}

function segmentName(letter: string): string {
  return `demo${process.pid}${letter}`;
}
