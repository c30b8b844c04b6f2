// All MIDI devices that the configuration routes: follows the configuration and the ports that come and go.
import { interval, type Subscription } from 'rxjs';
import type { Configuration, MidiRoute } from './configuration-table.js';
import type { DeviceHost } from './device-slot.js';
import { type Log, sayOnce } from './log.js';
import { MidiDevice } from './midi-device.js';
import type { MidiSystem } from './midi-system.js';
import type { DevicesStatus } from './status-document.js';

const POLL_MS = 1000;
const TICK_MS = 1;

export class MidiDevices {
  private devices: MidiDevice[] = [];
  private ticker: NodeJS.Timeout | undefined;
  private polling: Subscription | undefined;
  private readonly once: Log;

  constructor(
    private readonly system: MidiSystem,
    private readonly host: DeviceHost,
    private readonly log: Log,
  ) {
    this.once = sayOnce(log);
  }

  /** Looks at the ports now and then every second. [control-thread] */
  start(): void {
    this.polling = interval(POLL_MS).subscribe(() => this.poll());
    this.poll();
  }

  /** A route that did not change goes on untouched. */
  configure({ midi, latencyMs }: Pick<Configuration, 'midi' | 'latencyMs'>): void {
    const before = new Set(this.devices);
    const take = (route: MidiRoute): MidiDevice | undefined => {
      const same = [...before].find((device) => isSame(device.route, route));
      if (same) before.delete(same);
      return same;
    };
    const kept = midi.map(take);
    // Ports are given back before others are opened: the new route may want the same one.
    for (const device of before) void device.close();
    this.devices = midi.map((route, index) => {
      const device = kept[index] ?? new MidiDevice(route, latencyMs, this.system, this.host, this.log);
      device.setLatency(latencyMs);
      return device;
    });
    if (this.polling) this.poll();
  }

  poll(): void {
    const ports = this.system.list();
    if (this.system.unavailable) this.once(this.system.unavailable);
    for (const device of this.devices) {
      device.poll(ports);
      const { problem } = device.status();
      if (problem && problem !== this.system.unavailable) this.once(problem);
    }
    this.runTicker();
  }

  tick(): void {
    for (const device of this.devices) device.tick();
  }

  status(): DevicesStatus {
    return { unavailable: this.system.unavailable, routes: this.devices.map((device) => device.status()) };
  }

  /** Resolves when every slot is given back. */
  async close(): Promise<void> {
    this.polling?.unsubscribe();
    clearInterval(this.ticker);
    await Promise.all(this.devices.map((device) => device.close()));
    this.devices = [];
    this.system.close();
  }

  /** The clock of the devices' slots runs only while there are any. */
  private runTicker(): void {
    const wanted = this.polling !== undefined && this.devices.some((device) => device.isActive);
    if (wanted) this.ticker ??= setInterval(() => this.tick(), TICK_MS);
    else {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }
}

const isSame = (a: MidiRoute, b: MidiRoute): boolean => JSON.stringify(a) === JSON.stringify(b);
