// GStreamer's RTP with each of its ways to mend loss, between two JACK clients; packets as short as ours.
import { ENGINE_PRIORITY } from '../support/studio.js';
import { ADDRESS } from './line.js';
import type { Rival } from './system.js';

const PORT = 5004;
/** SMPTE 2022-1: columns and rows of the matrix have ports of their own. */
const FEC_PORTS = [5006, 5008];
/** 64 frames. */
const PACKET_NS = 1_333_333;
const JITTER_MS = 12;
const MEDIA = 'media=audio,clock-rate=48000,encoding-name=L16,channels=2';

const text = (pipeline: string): string[] => pipeline.trim().split(/\s+/);

const SOURCE = text(`
  jackaudiosrc client-name=rival-a connect=none low-latency=true
  ! audio/x-raw,rate=48000,channels=2 ! audioconvert dithering=none noise-shaping=none
  ! audio/x-raw,format=S16BE,layout=interleaved
  ! rtpL16pay pt=96 ssrc=0 min-ptime=${PACKET_NS} max-ptime=${PACKET_NS}`);
const toPort = (port: number) => text(`udpsink host=${ADDRESS.b} port=${port} sync=false async=false`);
const fromPort = (port: number, caps = '') =>
  text(`udpsrc port=${port} caps=application/x-rtp,payload=96${caps}`);
const JITTER_BUFFER = text(`rtpjitterbuffer mode=synced latency=${JITTER_MS} do-lost=true`);
// Without the rate keeper what is lost would be left out, and all that follows would come too early.
const SINK = text(`
  rtpL16depay ! audioconvert ! audiorate tolerance=300000
  ! jackaudiosink client-name=rival-b connect=none low-latency=true processing-deadline=0`);

interface Scheme {
  readonly variant: string;
  readonly ports?: readonly number[];
  readonly send: readonly string[];
  readonly receive: readonly string[];
}

const media = `,${MEDIA}`;
const SCHEMES: readonly Scheme[] = [
  {
    variant: 'L16',
    send: [...SOURCE, '!', ...toPort(PORT)],
    receive: [...fromPort(PORT, media), '!', ...JITTER_BUFFER, '!', ...SINK],
  },
  {
    variant: 'RED, the packet before the last one repeated',
    send: [...SOURCE, '!', ...text('rtpredenc pt=121 distance=2'), '!', ...toPort(PORT)],
    receive: [
      ...text(`udpsrc port=${PORT} caps=application/x-rtp,payload=121,${MEDIA}`),
      ...text('! rtpreddec pt=121 ! capssetter join=false replace=true'),
      `caps=application/x-rtp,payload=96,${MEDIA}`,
      ...['!', ...JITTER_BUFFER, '!', ...SINK],
    ],
  },
  {
    variant: 'ULPFEC 100 %',
    send: [
      ...[...SOURCE, '!'],
      ...text('rtpulpfecenc pt=122 percentage=100 percentage-important=100 multipacket=false !'),
      ...toPort(PORT),
    ],
    receive: [
      ...[...fromPort(PORT, media), '!'],
      ...text('rtpstorage size-time=220000000 ! rtpssrcdemux !'),
      ...[...JITTER_BUFFER, '!', ...text('rtpulpfecdec pt=122 !'), ...SINK],
    ],
  },
  {
    variant: 'SMPTE 2022-1, 3 x 3',
    ports: [PORT, ...FEC_PORTS],
    send: [
      ...[...SOURCE, '!', ...text('rtpst2022-1-fecenc name=fec rows=3 columns=3 pt=96')],
      ...['fec.src', '!', 'queue', '!', ...toPort(PORT)],
      ...FEC_PORTS.flatMap((port, index) => [`fec.fec_${index}`, '!', 'queue', '!', ...toPort(port)]),
    ],
    receive: [
      ...text('rtpst2022-1-fecdec name=fec size-time=200000000'),
      ...[...fromPort(PORT, media), '!', 'queue', '!', 'fec.sink'],
      ...FEC_PORTS.flatMap((port, index) => [...fromPort(port), '!', 'queue', '!', `fec.fec_${index}`]),
      ...['fec.src', '!', ...JITTER_BUFFER, '!', ...SINK],
    ],
  },
];

/** All others ask for it themselves. */
const inRealTime = (command: readonly string[]) => ({
  command: 'chrt',
  args: ['--fifo', String(ENGINE_PRIORITY), ...command],
});

export const GSTREAMER_RIVALS: readonly Rival[] = SCHEMES.map(({ variant, ports, send, receive }) => ({
  system: 'GStreamer RTP',
  variant,
  packages: ['gstreamer1.0-tools', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad'],
  ports: ports ?? [PORT],
  programs: [
    { at: 'b', ...inRealTime(['gst-launch-1.0', '-q', ...receive]) },
    { at: 'a', ...inRealTime(['gst-launch-1.0', '-q', ...send]) },
  ],
  to: ['rival-a:in_jackaudiosrc0_1', 'rival-a:in_jackaudiosrc0_2'],
  from: ['rival-b:out_jackaudiosink0_1'],
  midiTo: '',
  midiFrom: '',
}));
