/** Bounds of the wire, shared by both sides. Bytes are UTF-8 bytes; times are milliseconds. */
export const LIMITS = {
  /** A Bayeux payload (HTTP body or WebSocket frame) from a client, bytes. */
  frameBytes: 64 * 1024,
  /** Messages in one Bayeux batch. */
  batch: 32,
  /** Nesting of arrays and objects in a Bayeux payload. */
  depth: 16,
  /** Subscriptions a session may hold. */
  subscriptions: 64,
  channelLength: 512,
  channelSegments: 6,
  roomBytes: 128,
  nameLength: 64,
  /** A login's token, characters. */
  tokenLength: 8 * 1024,
  /** Text of one message, UTF-16 code units. */
  textLength: 8_000,
  /** A reaction's emoji, UTF-16 code units. */
  emojiLength: 32,
  /** An entry's payload, UTF-16 code units of its JSON string. */
  payloadLength: 32 * 1024,
  /** Ranges of sequence numbers kept for one replica in a `have`. */
  ranges: 8,
  /** Replicas named in one `have`. */
  haveReplicas: 512,
  /** Members named in one frame. */
  crowd: 200,
  /** Entries in one join reply, page or catch-up chunk, and their bytes. */
  chunkEntries: 200,
  chunkBytes: 256 * 1024,
  /** A signal (session description or candidate), UTF-16 code units of its JSON, and candidates a link session. */
  signalLength: 16 * 1024,
  signalCandidates: 64,
  /** Replicas of a silenced person whose words stand: the newest. */
  silencedReplicas: 64,
  /** Rulings of one room that a relay keeps, and UTF-16 code units of their payloads. */
  rulings: 200,
  rulingsLength: 128 * 1024,
  /** Slow mode, at most: 6 h. */
  slowSeconds: 6 * 60 * 60,
  /** Why somebody reports a message, UTF-16 code units. */
  reasonLength: 500,
  /** How far ahead of the receiver an entry's clock may be, and how far clocks may differ where a certificate ends. */
  clockAhead: 5 * 60_000,
  /** A certificate: UTF-16 code units, and how long it holds at most. */
  certificateLength: 2_560,
  certificateLife: 15 * 60_000,
  /** How long a link lives on after its peer's certificate has ended: there may be no relay to renew it. */
  linkAlone: 24 * 60 * 60_000,
  /** How long after its certificate's end an entry may be written: a link's day, and an hour as two ends differ. */
  certificateLate: 25 * 60 * 60_000,
  /** A message on a DataChannel: SCTP's usual ceiling, over which simple-peer dies. */
  linkMessageBytes: 256 * 1024,
} as const;
