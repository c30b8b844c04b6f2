// The bridge: shared memory and sockets, as the engine sees them. The only importer of the native
// module; its types are written here and nowhere else. What a function does is done in bridge/shm
// and bridge/net; what it accepts is checked in bridge/addon, so wrong arguments throw, never crash.
import { loadAddon } from './native.js';

/** One mapping of the shared memory, made by one thread for itself: the buffer can't be transferred. */
export interface Segment {
  /** The name of the shared-memory object, e.g. "/jambridge-1000". */
  readonly name: string;
  /** The whole segment; `LAYOUT` tells where things are. Stays valid for as long as it is referenced. */
  readonly buffer: ArrayBuffer;
  /** Whether this call made the object, rather than adopted one. */
  readonly created: boolean;
  /** No function of this module takes it afterwards; the memory goes when the buffer does. */
  close(): void;
}

export type EngineClaim =
  | { readonly ok: true; readonly generation: number }
  /** Another live engine has the role. */
  | { readonly ok: false; readonly pid: number };

export interface InterfaceInfo {
  readonly name: string;
  /** IPv4. An interface with several addresses has several entries. */
  readonly address: string;
  /** Switched on, and with a carrier. */
  readonly up: boolean;
  readonly multicast: boolean;
  readonly loopback: boolean;
  /** The kernel's number of it, as in `receiveMeta`. */
  readonly index: number;
}

export interface NetworkOptions {
  /** IPv4 addresses of this machine, at most 16; a second address of one interface is ignored. */
  readonly interfaceAddresses: readonly string[];
  /** IPv4 multicast group. */
  readonly group: string;
  /** 0 lets the kernel choose; see `Network.port`. */
  readonly port: number;
  readonly ttl: number;
  /** Whether other engines on this host hear us. */
  readonly loop: boolean;
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
  /** Bytes a received datagram may have, a multiple of 8; a longer one is reported as truncated. */
  readonly datagramStride: number;
  /** Datagrams per call of wait() or send(), 1..1024. */
  readonly batchMax: number;
  /** Owner: the caller. Where datagrams to send are taken from, during send() only. */
  readonly sendSlab: ArrayBuffer;
  /** The segment whose publishing ends a wait. */
  readonly segment?: Segment;
  /** Bind the segment's doorbell; only for the holder of the engine role. */
  readonly doorbell: boolean;
}

/** Counts since the Network was opened. */
export interface NetworkCounters {
  readonly datagramsReceived: number;
  /** Longer than datagramStride. */
  readonly datagramsTruncated: number;
  /** Lost by the kernel because the receive buffer was full. */
  readonly datagramsKernelDropped: number;
  readonly receiveErrors: number;
  /** Accepted by the kernel, each interface counted. */
  readonly datagramsSent: number;
  /** Refused because a send buffer was full. */
  readonly datagramsUnsent: number;
  /** Datagrams refused for any other reason, e.g. no route; see lastError(). */
  readonly sendErrors: number;
  readonly membershipErrors: number;
  /** How often wait() really slept. */
  readonly sleeps: number;
}

/** Sockets, doorbell and segment behind one wait(). Belongs to the thread that made it. */
export interface Network {
  /** batchMax places of datagramStride bytes: the datagrams of the last wait(). */
  readonly receiveSlab: ArrayBuffer;
  /**
   * Per datagram 4 ints: length (-1 = truncated), source IPv4 (in network order, as `addressText`
   * takes it), source port, interface index.
   */
  readonly receiveMeta: Int32Array;
  /** Per datagram 2 ints: byte offset into sendSlab, length. */
  readonly sendMeta: Int32Array;
  /** [0]: monotonic microseconds when the last wait() ended; nowUs() without a call or an allocation. */
  readonly clockUs: Float64Array;
  /** What the kernel granted. */
  readonly receiveBufferBytes: number;
  readonly port: number;
  /** How many interfaces each datagram leaves through. */
  readonly interfaceCount: number;
  /**
   * Takes datagrams; if there are none, spins for spinUs, then sleeps until a datagram comes, the
   * segment's publishCount is no longer publishSeen, the doorbell rings, or timeoutUs are over (all
   * told; at most 60 s; 0 only looks). Returns the number of datagrams, -1 on a socket error.
   * Allocates nothing. [engine-thread]
   */
  wait(publishSeen: number, spinUs: number, timeoutUs: number): number;
  /**
   * Sends the first `count` entries of sendMeta on every interface, without ever waiting. Returns the
   * datagrams accepted by the kernel: count * interfaceCount when all went well. Network trouble is
   * counted, a wrong entry throws. Allocates nothing. [engine-thread]
   */
  send(count: number): number;
  /** Joins the group anew: switches forget, interfaces go and come back. [engine-thread] */
  renewMembership(): void;
  /** Counters and lastError() stay readable. */
  close(): void;
  /** The last network trouble in plain words; '' when there was none. */
  lastError(): string;
  counters(): NetworkCounters;
}

interface Addon {
  segmentObjectName(name?: string): string;
  createSegment(name?: string): Segment;
  openSegment(name?: string): Segment | string;
  unlinkSegment(name?: string): void;
  claimEngine(segment: Segment, sessionName: string): EngineClaim;
  beatEngine(segment: Segment): void;
  releaseEngine(segment: Segment, unlinkIfUnused: boolean): void;
  reapDeadSlots(segment: Segment): number;
  claimSlot(segment: Segment, channelCountIn: number, channelCountOut: number): number;
  beatSlot(segment: Segment, slot: number): void;
  releaseSlot(segment: Segment, slot: number): void;
  processAlive(pid: number, startStamp: bigint): boolean;
  ringDoorbell(segment: Segment): void;
  nowUs(): number;
  requestRealtime(priority: number): string;
  lockMemory(): string;
  listInterfaces(): InterfaceInfo[];
  addressText(address: number): string;
  readonly LAYOUT: Readonly<Record<string, number>>;
  readonly Network: new (options: NetworkOptions) => Network;
}

const addon = loadAddon() as Addon;

/** Without a name: that of JAMBRIDGE_SEGMENT, else the user's default segment. So below. */
export const segmentObjectName = addon.segmentObjectName;
/** Engine: makes the segment, or adopts one of this revision; replaces anything else. [engine-thread] */
export const createSegment = addon.createSegment;
/** All others: a string is the reason why not. [control-thread] */
export const openSegment = addon.openSegment;
export const unlinkSegment = addon.unlinkSegment;
/** Claims the engine role, a dead engine's too. [engine-thread] */
export const claimEngine = addon.claimEngine;
/** States that the engine lives; at least every 100 ms. [engine-thread] */
export const beatEngine = addon.beatEngine;
export const releaseEngine = addon.releaseEngine;
/** Frees the slots of dead owners; returns how many. [engine-thread] */
export const reapDeadSlots = addon.reapDeadSlots;
/** A slot for this process, its rings zero-filled, or -1; beatSlot() it. For devices and tests. */
export const claimSlot = addon.claimSlot;
export const beatSlot = addon.beatSlot;
/** Does nothing for a slot that was not claimed through this Segment object, or is no longer its. */
export const releaseSlot = addon.releaseSlot;
/** False only when it is certain that the process with that start stamp is gone. */
export const processAlive = addon.processAlive;
/** Wakes the engine thread, from any thread or process. */
export const ringDoorbell = addon.ringDoorbell;
/** Every offset and constant of segment-layout.h, e.g. 'header.engineState', 'kRingFrames'. */
export const LAYOUT = addon.LAYOUT;
/** CLOCK_MONOTONIC in microseconds: one clock for all processes of this host. */
export const nowUs = addon.nowUs;
/** For the calling thread; 1..99, 0 = back to normal. '' or why not, with what to do. */
export const requestRealtime = addon.requestRealtime;
/** The program's code and the segments mapped so far stay in memory; '' or why not, with what to do. */
export const lockMemory = addon.lockMemory;
export const listInterfaces = addon.listInterfaces;
/** "127.0.0.1" for the source address in receiveMeta. */
export const addressText = addon.addressText;
export const Network = addon.Network;
