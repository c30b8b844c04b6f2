// The engine thread as the control thread sees it: messages in, messages out, start and end.
import { setFlagsFromString } from 'node:v8';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { Observable, ReplaySubject, share } from 'rxjs';
import type { EngineThreadData, FromEngine, ToEngine } from '../worker/messages.js';

const STOP_MS = 2000;

export class EngineLink {
  /** What the engine thread says. An error of the thread itself arrives as 'fatal'. Never fails. */
  readonly messages: Observable<FromEngine>;
  private readonly worker: Worker;
  private readonly commands: MessagePort;
  private readonly signal: Int32Array;
  private readonly ended: Promise<void>;
  private stopping = false;

  constructor(
    file: string,
    data: EngineThreadData,
    /** Wakes the thread where it waits for packets. */
    private readonly ringDoorbell: () => void,
  ) {
    this.signal = new Int32Array(data.signalMemory);
    const { port1, port2 } = new MessageChannel();
    this.commands = port1;
    const workerData = { ...data, commands: port2 };
    // The collector's helper threads have no real-time priority: the engine thread must never wait for them.
    for (const pause of ['scavenge', 'compaction', 'pointer-update'])
      setFlagsFromString(`--no-parallel-${pause}`);
    this.worker = new Worker(file, { workerData, transferList: [port2], name: 'engine' });
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.messages = this.listen();
  }

  /** SYNC POINT commands: post, raise the signal, ring. [control-thread] */
  post(message: ToEngine): void {
    this.commands.postMessage(message);
    Atomics.add(this.signal, 0, 1);
    this.ringDoorbell();
  }

  /** Asks the thread to say farewell and end; ends it when it does not. */
  async stop(farewell: Uint8Array): Promise<void> {
    this.stopping = true;
    this.post({ kind: 'stop', farewell });
    const late = setTimeout(() => {
      void this.worker.terminate();
      this.ringDoorbell();
    }, STOP_MS);
    await this.ended;
    clearTimeout(late);
    this.commands.close();
  }

  private listen(): Observable<FromEngine> {
    const fatal = (message: string): FromEngine => ({ kind: 'fatal', message });
    return new Observable<FromEngine>((subscriber) => {
      this.worker.on('message', (message: FromEngine) => subscriber.next(message));
      this.worker.on('error', (error) =>
        subscriber.next(fatal(`the engine thread failed: ${error.stack ?? error}`)),
      );
      this.worker.on('exit', (code) => {
        if (!this.stopping) subscriber.next(fatal(`the engine thread ended by itself (code ${code})`));
        subscriber.complete();
      });
    }).pipe(share({ connector: () => new ReplaySubject(64), resetOnRefCountZero: false }));
  }
}
