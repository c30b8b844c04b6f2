// What the engine needs of a network: the bridge's, or one in memory.
import type { Network } from '../../bridge/index.js';

export type EngineNetwork = Pick<
  Network,
  | 'receiveSlab'
  | 'receiveMeta'
  | 'sendMeta'
  | 'clockUs'
  | 'receiveBufferBytes'
  | 'interfaceCount'
  | 'wait'
  | 'send'
  | 'renewMembership'
  | 'close'
>;
