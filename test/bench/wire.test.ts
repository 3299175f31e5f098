import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf, onMessages } from '../../bench/through/wire.ts';

test('messages are the same, however the network cuts them', () => {
  const message = fc.record({ path: fc.webPath(), body: fc.string({ unit: 'grapheme' }) });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (given, cuts) => {
        const bytes = Buffer.from(
          given
            .map(({ path, body }) => messageOf(`POST /${path} HTTP/1.1`, { host: 'x', 'x-a': '1' }, body))
            .join(''),
        );
        const socket = new PassThrough();
        const seen: { path: string; body: string }[] = [];
        onMessages(socket, (head, body) => {
          seen.push({ path: head.slice('POST /'.length, head.indexOf(' HTTP/1.1')), body });
        });
        let from = 0;
        for (const length of [...cuts, bytes.length]) {
          socket.emit('data', bytes.subarray(from, from + length));
          from += length;
        }
        expect(seen).toEqual(given);
      },
    ),
  );
});

test('a message without a body has none', () => {
  const socket = new PassThrough();
  const seen: string[][] = [];
  onMessages(socket, (...message) => seen.push(message));
  socket.emit('data', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\n\r\n'));
  expect(seen).toEqual([
    ['GET / HTTP/1.1\r\nhost: x', ''],
    ['GET /b HTTP/1.1', ''],
  ]);
});
