import Peer from 'simple-peer';

/** What happened between two peers of one page, told to the test. */
export interface PeersReport {
  /** `typeof` or constructor name, and content, of what B received. */
  readonly received: readonly string[];
  readonly bytes: number;
  /** Each side's events at the end, in order. */
  readonly ended: readonly string[];
}

declare global {
  interface Window {
    runPeers(): Promise<PeersReport>;
    peerErrors(): Promise<readonly string[]>;
  }
}

const CHUNK = 64 * 1024;
const CHUNKS = 80;

/** Connects two peers, sends text, bytes and 5 MB of stream from A to B, then A closes. */
window.runPeers = async () => {
  const [a, b] = connect();
  const received: string[] = [];
  const ended: string[] = [];
  let bytes = 0;
  b.on('data', (chunk: unknown) => {
    if (typeof chunk === 'string') received.push(`string ${chunk}`);
    else if (chunk instanceof Uint8Array && chunk.length < CHUNK) received.push(`Uint8Array ${chunk.join()}`);
    else if (chunk instanceof Uint8Array) bytes += chunk.length;
  });
  const closed = [a, b].map(
    (peer, index) =>
      new Promise<void>((resolve) => {
        const name = index === 0 ? 'a' : 'b';
        peer.on('error', (error: Error & { code?: string }) => ended.push(`${name} error ${error.code}`));
        peer.on('end', () => ended.push(`${name} end`));
        peer.on('close', () => {
          ended.push(`${name} close`);
          resolve();
        });
      }),
  );
  await Promise.all([a, b].map((peer) => new Promise((resolve) => peer.once('connect', () => resolve(undefined)))));
  a.send('grüße 👋');
  a.send(new Uint8Array([1, 2, 3]));
  for (let sent = 0; sent < CHUNKS; sent += 1) {
    await new Promise<void>((resolve) => a.write(new Uint8Array(CHUNK), () => resolve()));
  }
  await new Promise<void>((resolve) => {
    const check = () => (bytes === CHUNK * CHUNKS ? resolve() : void b.once('data', check));
    check();
  });
  a.destroy();
  await Promise.all(closed);
  return { received, bytes, ended };
};

/** The coded errors of misuse: signals that are none, and sending after the end. */
window.peerErrors = async () => {
  const peer = new Peer({ initiator: true });
  const error = new Promise<string>((resolve) =>
    peer.once('error', (reason: Error & { code?: string }) => resolve(String(reason.code))),
  );
  peer.signal({} as Peer.SignalData);
  const codes = [await error];
  try {
    peer.send('late');
  } catch (reason) {
    codes.push(reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason));
  }
  return codes;
};

function connect(): readonly [Peer.Instance, Peer.Instance] {
  const config = { iceServers: [] };
  const a = new Peer({ initiator: true, config });
  const b = new Peer({ config });
  a.on('signal', (signal) => b.signal(signal));
  b.on('signal', (signal) => a.signal(signal));
  return [a, b];
}
