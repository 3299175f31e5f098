/** Sends signed hires over kept-alive connections, each its next one as soon as it has its answer. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { bamboohr } from '../../local/demo/senders.ts';
import { hireBody, KEYS } from '../events.ts';
import { messageOf, onMessages } from './wire.ts';

/** Signed requests about so many people, each of whom has the number for an id and an extension. */
export const hires = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const id = String(first + index);
    const { headers, body } = bamboohr(KEYS.bamboohr, hireBody(id, id), new Date());
    return messageOf('POST /webhooks/bamboohr HTTP/1.1', { host: '127.0.0.1', ...headers }, body);
  });

/** @returns the milliseconds that each answer took. @throws Error where one is no 202 */
export const sendAll = async (
  origin: string,
  requests: readonly string[],
  connections: number,
): Promise<number[]> => {
  const took: number[] = [];
  const left = requests.values();
  const connection = async (): Promise<void> => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1').setNoDelay();
    const done = once(socket, 'close');
    let sentAt = 0;
    const sendNext = (): void => {
      const { value: request } = left.next();
      if (request === undefined) {
        socket.destroy();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    onMessages(socket, (head) => {
      if (!head.startsWith('HTTP/1.1 202 '))
        socket.destroy(new Error(`a webhook was answered ${head.split('\r\n', 1).join('')}`));
      took.push(performance.now() - sentAt);
      sendNext();
    });
    socket.once('connect', sendNext);
    await done;
  };
  await Promise.all(Array.from({ length: connections }, connection));
  if (took.length < requests.length) throw new Error('a connection was closed before its last answer');
  return took;
};
