import { connect } from 'node:net';

/** Writes bytes to a port as they are and reads what comes back until the other side hangs up or the deadline. */
export function exchange(port: number, bytes: string | Buffer, deadlineMs = 4_000): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const end = setTimeout(() => socket.destroy(), deadlineMs);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(end);
      resolve(answer);
    });
  });
}

export function status(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

export function request(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { Host: '127.0.0.1', Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)), ...headers };
  return `${line}\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;
}

export function upgrade(line: string, headers: Readonly<Record<string, string>> = {}): string {
  return request(line, {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.alloc(16, 7).toString('base64'),
    ...headers,
  });
}

/** A masked client frame of RFC 6455 with whatever opcode and bits. */
export function clientFrame(firstByte: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(14);
  head[0] = firstByte;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]); // the mask is zero: the payload stands as it is
}
