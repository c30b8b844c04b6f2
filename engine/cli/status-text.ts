// The status document for people: in the order of the route, one line a thing.
import type { ReceivedStream, SentStream, StatusDocument, StreamStatus } from '../control/status-document.js';

/** [control-thread] */
export function statusText(s: StatusDocument): string {
  const sent = s.streams.filter((stream): stream is SentStream => stream.direction === 'sent');
  const received = s.streams.filter((stream): stream is ReceivedStream => stream.direction === 'received');
  const lines = [
    ...engineLines(s),
    ...section('plugins and devices in the segment', s.slots.map(slotLine), s.truncated.slots),
    ...section('sent', sent.map(sentLine), 0),
    ...section('received', received.flatMap(receivedLines), s.truncated.streams),
    ...section('peers', s.peers.map(peerLine), s.truncated.peers),
    ...deviceLines(s),
  ];
  return `${lines.join('\n')}\n`;
}

function engineLines({
  engine,
  network,
  counters,
  rejected,
  latencyUs,
  gpu,
  route,
}: StatusDocument): string[] {
  const interfaces = network.interfaces.map((i) => `${i.name} (${i.address})`).join(', ');
  const reasons = Object.entries(rejected).filter(([, count]) => count > 0);
  const latencies = Object.entries(latencyUs).flatMap(([name, p]) =>
    p ? [`${name} ${p.p50} / ${p.p99}`] : [],
  );
  const realtime =
    counters.realtimePriority > 0 ? `priority ${counters.realtimePriority}` : `no (${engine.realtime})`;
  return [
    `engine    "${engine.name}" in session "${engine.session}", process ${engine.pid}, up ${engine.uptimeS} s, real-time ${realtime}`,
    `network   ${network.group}:${network.port} ttl ${network.ttl} on ${interfaces}`,
    `sent      ${counters.packetsSent} packets, ${counters.bytesSent} bytes, ${counters.sendErrors} errors`,
    `received  ${counters.packetsReceived} packets, ${counters.bytesReceived} bytes, ${counters.receiveErrors} errors`,
    `rejected  ${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ') || 'none'}`,
    ...gpuLines(gpu, counters),
    `copies    ${route.perByte} for each byte received, from the socket to the playout rings`,
    `latency   p50 / p99 us: ${latencies.join(', ') || 'nothing measured yet'}`,
  ];
}

function gpuLines(gpu: StatusDocument['gpu'], counters: StatusDocument['counters']): string[] {
  const on = gpu.stages.filter((stage) => stage.on === 'gpu').map(({ name }) => name);
  const adapter = gpu.adapter ? `${gpu.adapter}${gpu.software ? ' (software)' : ''}` : 'none';
  const { gpuGapsAsked, gpuGapsUsed, gpuGapsLate, gpuGapsNeedless } = counters;
  const lines = [
    `GPU       backend ${gpu.wanted}, ${gpu.state}, adapter ${adapter}${gpu.why ? `: ${gpu.why}` : ''}`,
  ];
  // Without an adapter there is one reason for all of them.
  if (gpu.adapter === '') return lines;
  const stages = gpu.stages.map(({ name, on: where, why }) => `          ${name} on the ${where}: ${why}`);
  if (gpu.starts === 0) return [...lines, ...stages];
  const { gpuWindowsAsked, gpuWindowsUsed, gpuWindowsLate, gpuPacketsRecovered } = counters;
  const { gpuPiecesAsked, gpuPiecesUsed, gpuPiecesLate } = counters;
  return [
    ...lines,
    ...stages,
    `          packets: asked ${counters.gpuPacketsAsked}, used ${counters.gpuPacketsUsed}, late ${counters.gpuPacketsLate}, read at once ${counters.gpuPacketsDirect}; texts ${counters.gpuTextsUsed}`,
    `          windows: asked ${gpuWindowsAsked}, used ${gpuWindowsUsed}, late ${gpuWindowsLate}; packets ${gpuPacketsRecovered}`,
    `          resampled pieces: asked ${gpuPiecesAsked}, used ${gpuPiecesUsed}, late ${gpuPiecesLate}`,
    `          gaps: asked ${gpuGapsAsked}, used ${gpuGapsUsed}, late ${gpuGapsLate}, needless ${gpuGapsNeedless}; lost ${gpu.losses} times; ${gpu.copies.perByte} copies a byte${on.length === 0 ? '; the processor does it all' : ''}`,
  ];
}

function section(title: string, lines: readonly string[], leftOut: number): string[] {
  const more = leftOut > 0 ? [`  and ${leftOut} more that did not fit`] : [];
  return [
    `${title}: ${lines.length === 0 ? 'none' : ''}`.trimEnd(),
    ...lines.map((line) => `  ${line}`),
    ...more,
  ];
}

function slotLine(slot: StatusDocument['slots'][number]): string {
  const { mode, channel, sampleRate, blockFrames, status } = slot;
  const state = slot.active ? `${sampleRate} Hz, blocks of ${blockFrames}` : 'inactive';
  return (
    `slot ${slot.slot} "${slot.name}" process ${slot.pid}: ${mode} on channel ${channel}, ${state}, ${status}, ` +
    `hears ${slot.streamsHeard}, latency ${slot.latencyFrames} frames, underruns ${slot.underruns}`
  );
}

function title(stream: StreamStatus): string {
  const shape = stream.kind === 'audio' ? ` ${stream.sampleRate} Hz x ${stream.channels}` : '';
  const level = stream.levelDb === null ? '' : ` ${stream.levelDb} dB`;
  const lufs = 'loudnessLufs' in stream ? stream.loudnessLufs : null;
  const loud = lufs === null ? '' : ` ${lufs} LUFS`;
  return `channel ${stream.channel} ${stream.kind}${shape}${level}${loud}`;
}

/** `name value, name value`, zeros left out where they say nothing. */
function counts(stream: object, names: readonly string[]): string {
  const values = stream as Readonly<Record<string, number>>;
  return names.map((name) => `${name} ${values[name]}`).join(', ');
}

function sentLine(stream: SentStream): string {
  return `${title(stream)} from slot ${stream.slot}: ${counts(stream, ['captured', 'packetized', 'sent', 'overruns'])}`;
}

function suggestion({ suggestedLatencyMs }: ReceivedStream): string {
  return suggestedLatencyMs === null ? '' : `, a receive latency of ${suggestedLatencyMs} ms would do`;
}

function receivedLines(stream: ReceivedStream): string[] {
  const packets = ['received', 'rejected', 'duplicates', 'late', 'lost'];
  const frames = ['recovered', 'concealed', 'silent', 'played', 'underruns', 'overruns'];
  const events = ['played', 'eventsLate', 'eventsDuplicate', 'notesReleased'];
  const from = stream.slot >= 0 ? `slot ${stream.slot}` : `"${stream.senderName}" ${stream.sender}`;
  const warning = stream.rateMismatch
    ? '  REFUSED: its sample rate differs from the plugin that should play it'
    : '';
  return [
    `${title(stream)} from ${from}${warning}`,
    `  packets: ${counts(stream, packets)}`,
    stream.kind === 'audio'
      ? `  frames:  ${counts(stream, frames)}; drift ${stream.driftPpm} ppm${suggestion(stream)}`
      : `  events:  ${counts(stream, events)}`,
  ];
}

function peerLine(peer: StatusDocument['peers'][number]): string {
  const transport = peer.transport ? `, ${peer.transport.playing ? 'playing' : 'stopped'}` : '';
  return (
    `"${peer.name || 'not announced'}" ${peer.address} ${peer.id} ${peer.software || (peer.baseOnly ? 'base TOAST only' : '')}: ` +
    `${peer.packets} packets, heard ${peer.silentMs} ms ago, ${peer.streamsAnnounced} streams${transport}`
  );
}

function deviceLines({ devices }: StatusDocument): string[] {
  if (devices.routes.length === 0) return devices.unavailable ? [`MIDI devices: ${devices.unavailable}`] : [];
  const lines = devices.routes.map(
    (route) =>
      `"${route.port}" ${route.direction}, channel ${route.channel}: in "${route.input}" ${route.eventsIn}, ` +
      `out "${route.output}" ${route.eventsOut}${route.problem ? `; ${route.problem}` : ''}`,
  );
  return section('MIDI devices', lines, 0);
}
