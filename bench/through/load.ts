/** Sends signed hires over kept-alive connections, each its next one as soon as it has its answer. */
import { Agent, request as httpRequest } from 'node:http';
import { bamboohr } from '../../local/demo/senders.ts';
import { hireBody, KEYS } from '../events.ts';

export const CONNECTIONS = 32;

/** @returns the milliseconds that each answer took. @throws Error where one is no 202 */
export const sendHires = async (origin: string, first: number, count: number): Promise<number[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const took: number[] = [];
  let next = first;
  const connection = async (): Promise<void> => {
    while (next < first + count) {
      const id = String(next);
      next += 1;
      took.push(await post(origin, agent, id));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  agent.destroy();
  return took;
};

const post = (origin: string, agent: Agent, id: string): Promise<number> => {
  const { headers, body } = bamboohr(KEYS.bamboohr, hireBody(id, id), new Date());
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    httpRequest(
      `${origin}/webhooks/bamboohr`,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 202) resolve(performance.now() - startedAt);
          else reject(new Error(`a webhook was answered ${String(response.statusCode)}`));
        });
      },
    )
      .on('error', reject)
      .end(body);
  });
};
