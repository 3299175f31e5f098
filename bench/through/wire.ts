/**
 * HTTP/1.1 on bare sockets, for what surrounds the candidates: by node:http, senders and neighbours would take as much of
 * the processors as what is measured. Every message says how long it is; none comes in chunks.
 */
import type { Readable } from 'node:stream';

/** Hands over each message of a connection: its start line with its headers, and its body. */
export const onMessages = (socket: Readable, take: (head: string, body: string) => void): void => {
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = held.toString('latin1', 0, end);
      const start = end + 4;
      const rest = start + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (held.length < rest) return;
      const body = held.toString('utf8', start, rest);
      held = held.subarray(rest);
      take(head, body);
    }
  });
};

/** A message as it goes over the wire. */
export const messageOf = (
  startLine: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string => {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return `${startLine}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
};
