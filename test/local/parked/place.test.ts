import { afterEach, expect, test } from 'vitest';
import { json, serve } from '../../../local/aws/server.ts';
import type { Serving } from '../../../local/aws/server.ts';
import { findQueues } from '../../../local/parked/place.ts';

let front: Serving | undefined;
afterEach(() => front?.close());

test.each([
  ['sqs.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['sqs.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['vpce-0a1b-c2d3.sqs.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ['queue.example.com', undefined],
  ['notsqs.eu-west-1.amazonaws.com', undefined],
])('a queue at %s: region %s', async (host, region) => {
  const queueUrl = `https://${host}/123456789012/Parked.fifo`;
  const { settings, deadLetterQueueUrl } = await findQueues({ queueUrl });
  expect(deadLetterQueueUrl).toBe(queueUrl);
  expect(settings.endpoint).toBe(`https://${host}`);
  expect(settings.region).toBe(region);
  expect(settings.credentials).toBe(undefined);
});

test('the embedded run tells its own', async () => {
  const url = 'http://127.0.0.1:9324/000000000000/parked.fifo';
  front = await serve((request, response) => {
    json(response, request.url === '/queues' ? 200 : 404, { deadLetterQueueUrl: url });
  });
  const { settings, deadLetterQueueUrl } = await findQueues({ local: front.origin });
  expect(deadLetterQueueUrl).toBe(url);
  expect(settings).toMatchObject({ endpoint: 'http://127.0.0.1:9324', region: 'us-east-1' });
});

test.each([[{ outcomes: [] }], ['nothing']])('another server is none: %j', async (answer) => {
  front = await serve((_, response) => {
    json(response, 200, answer);
  });
  await expect(findQueues({ local: front.origin })).rejects.toThrow(
    `--local: no Onqueue answers at ${front.origin}; npm start says where it is`,
  );
});
