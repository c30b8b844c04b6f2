// One route of the list `midi`: a device's ports on one side, a slot of the segment on the other.
import { releaseAll } from '../midi/midi-heal.js';
import { MidiState } from '../midi/midi-state.js';
import type { MidiRoute } from './configuration-table.js';
import type { DeviceSlotOptions } from './device-control-block.js';
import { type DeviceHost, DeviceSlot } from './device-slot.js';
import type { Log } from './log.js';
import {
  type MidiInputPort,
  type MidiOutputPort,
  type MidiPortNames,
  type MidiSystem,
  matchPort,
} from './midi-system.js';
import type { DevicesStatus } from './status-document.js';

type RouteStatus = DevicesStatus['routes'][number];

interface Opened<P> {
  readonly name: string;
  readonly port: P;
}

export class MidiDevice {
  private slot: DeviceSlot | null = null;
  private input: Opened<MidiInputPort> | null = null;
  private output: Opened<MidiOutputPort> | null = null;
  private readonly heldKeys = new MidiState();
  private eventsIn = 0;
  private eventsOut = 0;
  private problem = '';

  constructor(
    readonly route: MidiRoute,
    private latencyMs: number,
    private readonly system: MidiSystem,
    private readonly host: DeviceHost,
    private readonly log: Log,
  ) {}

  /** Opens what is there and not open, closes what is gone. Called about once a second. [control-thread] */
  poll(ports: MidiPortNames): void {
    const { direction, virtual, port } = this.route;
    this.slot?.beat();
    this.problem = virtual && !this.system.canCreatePorts ? 'this system has no virtual MIDI ports' : '';
    if (this.problem) return;
    const target = (names: readonly string[]) => (virtual ? port : matchPort(port, names));
    if (!virtual) this.closeVanished(ports);
    if (this.slot === null && !this.claim(ports)) return;
    if (direction !== 'out' && !this.input) this.openInput(target(ports.inputs));
    if (direction !== 'in' && !this.output) this.openOutput(target(ports.outputs));
    if (!this.input && !this.output) void this.releaseSlot();
  }

  /** Every millisecond or two while `isActive`. */
  tick(): void {
    this.slot?.tick();
  }
  get isActive(): boolean {
    return this.slot !== null;
  }

  setLatency(latencyMs: number): void {
    if (latencyMs === this.latencyMs) return;
    this.latencyMs = latencyMs;
    this.slot?.change(this.slotOptions());
  }

  async close(): Promise<void> {
    this.closeInput();
    this.closeOutput();
    await this.releaseSlot();
  }

  status(): RouteStatus {
    const { port, direction, channel, virtual } = this.route;
    return {
      ...{ port, direction, channel, virtual },
      input: this.input?.name ?? '',
      output: this.output?.name ?? '',
      eventsIn: this.eventsIn,
      eventsOut: this.eventsOut,
      problem: this.system.unavailable || this.problem,
    };
  }

  private slotOptions(): DeviceSlotOptions {
    const { port, direction, channel } = this.route;
    return { name: `MIDI ${port}`, direction, channel, latencyMs: this.latencyMs };
  }

  /** A slot is held only while there is a port to serve. */
  private claim({ inputs, outputs }: MidiPortNames): boolean {
    const { direction, virtual, port } = this.route;
    const present =
      (virtual && this.system.unavailable === '') ||
      (direction !== 'out' && matchPort(port, inputs) !== '') ||
      (direction !== 'in' && matchPort(port, outputs) !== '');
    if (!present) {
      this.problem = `no MIDI port named or containing "${port}"`;
      return false;
    }
    this.slot = DeviceSlot.open(this.host, this.slotOptions(), (message) => this.send(message));
    if (this.slot === null) this.problem = 'the segment has no free slot';
    return this.slot !== null;
  }

  private openInput(name: string): void {
    this.open(name, 'input', () => {
      const port = this.system.openInput(name, this.route.virtual, (message) => this.receive(message));
      this.input = { name, port };
    });
  }
  private openOutput(name: string): void {
    this.open(name, 'output', () => {
      this.output = { name, port: this.system.openOutput(name, this.route.virtual) };
    });
  }

  private open(name: string, side: 'input' | 'output', open: () => void): void {
    const { port, channel } = this.route;
    if (name === '') {
      this.problem = `no MIDI ${side} named or containing "${port}"`;
      return;
    }
    try {
      open();
      this.log(`MIDI ${side} "${name}" is routed ${side === 'input' ? 'to' : 'from'} channel ${channel}`);
    } catch (error) {
      this.problem = `MIDI ${side} "${name}" can't be opened: ${(error as Error).message}`;
    }
  }

  private receive(message: Uint8Array): void {
    this.eventsIn++;
    this.heldKeys.follow(message, 0, message.length);
    this.slot?.receive(message);
  }

  private send(message: Uint8Array): void {
    if (!this.output) return;
    try {
      this.output.port.send(message);
      this.eventsOut++;
    } catch {
      // The device is being pulled: the next poll sees it gone and says so.
    }
  }

  private closeVanished({ inputs, outputs }: MidiPortNames): void {
    if (this.input && !inputs.includes(this.input.name)) {
      this.log(`MIDI input "${this.input.name}" is gone`);
      this.closeInput();
    }
    if (this.output && !outputs.includes(this.output.name)) {
      this.log(`MIDI output "${this.output.name}" is gone`);
      this.closeOutput();
    }
    if (!this.input && !this.output) void this.releaseSlot();
  }

  /** Keys that are held on a device that goes away are let go for those who hear them. */
  private closeInput(): void {
    this.input?.port.close();
    this.input = null;
    releaseAll(this.heldKeys, new Uint8Array(3), (bytes, length) =>
      this.slot?.receive(bytes.slice(0, length)),
    );
  }

  /** What sounds on the device is released while it can still be told. */
  private closeOutput(): void {
    this.slot?.releaseSounding();
    this.output?.port.close();
    this.output = null;
  }

  private async releaseSlot(): Promise<void> {
    const { slot } = this;
    this.slot = null;
    await slot?.close();
  }
}
