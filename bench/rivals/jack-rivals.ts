// The rivals that live on a JACK graph: their command lines, 16 bits, stereo.
import { ADDRESS, INTERFACE } from './line.js';
import type { Rival } from './system.js';

const JACKTRIP_PORT = 4464;
const JACKTRIP_COMMON = ['--numchannels', '2', '--nojackportsconnect', '--bitres', '16'];

function jacktrip(variant: string, options: readonly string[]): Rival {
  const common = [...JACKTRIP_COMMON, ...options];
  return {
    system: 'jacktrip',
    variant,
    packages: ['jacktrip'],
    ports: [JACKTRIP_PORT],
    programs: [
      { at: 'b', command: 'jacktrip', args: ['--server', '--clientname', 'rival-b', ...common] },
      { at: 'a', command: 'jacktrip', args: ['--client', ADDRESS.b, '--clientname', 'rival-a', ...common] },
    ],
    to: ['rival-a:send_1', 'rival-a:send_2'],
    from: ['rival-b:receive_1'],
    ...{ midiTo: '', midiFrom: '' },
  };
}

const ZITA_GROUP = '239.77.1.1';
const ZITA_PORT = 30_042;

const zita: Rival = {
  system: 'zita-njbridge',
  variant: '10 ms of buffer',
  packages: ['zita-njbridge'],
  ports: [ZITA_PORT],
  programs: [
    {
      at: 'b',
      command: 'zita-n2j',
      args: ['--jname', 'rival-b', '--chan', '1,2', '--buff', '10', ZITA_GROUP, String(ZITA_PORT), INTERFACE],
    },
    {
      at: 'a',
      command: 'zita-j2n',
      args: ['--jname', 'rival-a', '--chan', '2', '--16bit', ZITA_GROUP, String(ZITA_PORT), INTERFACE],
    },
  ],
  to: ['rival-a:in_1', 'rival-a:in_2'],
  from: ['rival-b:out_1'],
  ...{ midiTo: '', midiFrom: '' },
};

const QMIDINET_PORT = 21_928;
const QMIDINET_ARGS = ['-n', '1', '-i', INTERFACE, '-a', '0', '-j', '1', '-g'];

const qmidinet: Rival = {
  system: 'qmidinet',
  variant: 'JACK MIDI',
  packages: ['qmidinet'],
  ports: [QMIDINET_PORT],
  // Both call themselves QmidiNet: JACK numbers the second one.
  programs: [
    { at: 'a', command: 'qmidinet', args: QMIDINET_ARGS },
    { at: 'b', command: 'qmidinet', args: QMIDINET_ARGS },
  ],
  to: [],
  from: [],
  ...{ midiTo: 'QmidiNet:in_1', midiFrom: 'QmidiNet-01:out_1' },
};

const PLC = ['--bufstrategy', '3', '--queue', 'auto'];

export const JACK_RIVALS: readonly Rival[] = [
  jacktrip('queue 4', ['--queue', '4', '--zerounderrun']),
  jacktrip('queue 4, redundancy 2', ['--queue', '4', '--zerounderrun', '--redundancy', '2']),
  jacktrip('queue 4, redundancy 3', ['--queue', '4', '--zerounderrun', '--redundancy', '3']),
  jacktrip('its concealment', PLC),
  zita,
  qmidinet,
];
