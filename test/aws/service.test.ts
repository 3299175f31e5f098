import { expect, test } from 'vitest';
import { AwsError, createService, twice } from '../../lambda/aws/service.ts';
import { createTable } from '../../lambda/aws/table.ts';
import { createEventQueue } from '../../lambda/aws/queue.ts';
import type { Exchange, Reply, Send } from '../../lambda/http.ts';
import { anEvent } from '../support/rig.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'canary', sessionToken: 'session' };

const answer = (status: number, body: string): Reply => ({ kind: 'answer', status, headers: {}, body });
const refusal = (status: number, type: string): Reply =>
  answer(status, JSON.stringify({ __type: type, message: 'canary' }));
const lost: Reply = { kind: 'no-answer', sent: true, why: 'ECONNRESET' };

/** Answers with one reply after the other. */
const scripted = (...replies: Reply[]) => {
  const exchanges: Exchange[] = [];
  const send: Send = (exchange) => {
    exchanges.push(exchange);
    const reply = replies[exchanges.length - 1];
    return reply ? Promise.resolve(reply) : Promise.reject(new Error('one call too many'));
  };
  return { exchanges, send };
};

const call = (send: Send) =>
  createService(
    { service: 'sqs', protocol: 'AmazonSQS', endpoint: 'https://sqs.eu-west-1.amazonaws.com/000000000000/q' },
    { region: 'eu-west-1', credentials, send },
  );

test('a call is a signed POST to the root of the service, with the session token', async () => {
  const { exchanges, send } = scripted(answer(200, '{"MessageId":"1"}'));
  expect(await call(send)('SendMessage', { QueueUrl: 'q' })).toEqual({ MessageId: '1' });
  const [{ method, url, headers, body }] = exchanges as [Exchange];
  expect([method, url.href, body]).toEqual([
    'POST',
    'https://sqs.eu-west-1.amazonaws.com/',
    '{"QueueUrl":"q"}',
  ]);
  expect(headers).toMatchObject({
    host: 'sqs.eu-west-1.amazonaws.com',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
    'x-amz-security-token': 'session',
  });
  expect(headers['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/sqs\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
});

test('an operation without a result may answer nothing at all', async () => {
  expect(await call(scripted(answer(200, '')).send)('ChangeMessageVisibility', {})).toEqual({});
});

test.each<[what: string, reply: Reply, name: string]>([
  ['a code with its namespace', refusal(400, 'com.amazonaws.sqs#QueueDoesNotExist'), 'QueueDoesNotExist'],
  ['a code alone', refusal(400, 'ValidationException'), 'ValidationException'],
  ['no code', answer(403, '<html>canary</html>'), 'status 403'],
  ['no JSON where all is well', answer(200, '<html>canary</html>'), 'answer is not JSON'],
  ['no answer', lost, 'ECONNRESET'],
])('%s becomes an error of that name that quotes nothing', async (_, reply, name) => {
  const error: unknown = await call(scripted(reply).send)('SendMessage', {}).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(AwsError);
  expect(error).toMatchObject({ name, message: `SendMessage: ${name}` });
});

test.each<[reply: Reply, refused: boolean]>([
  [refusal(400, 'com.amazonaws.sqs#InvalidMessageContents'), true],
  [refusal(403, 'AccessDeniedException'), true],
  [refusal(400, 'ThrottlingException'), false],
  [answer(429, ''), false],
  [refusal(500, 'InternalServerError'), false],
  [answer(302, ''), false],
  [lost, false],
  [answer(200, 'no JSON'), false],
])('%j is a refusal of the call itself: %s', async (reply, refused) => {
  await expect(call(scripted(reply).send)('SendMessage', {})).rejects.toMatchObject({ refused });
});

test.each<[what: string, first: Reply, longestPause: number]>([
  ['lost', lost, 100],
  ['timed out', { kind: 'no-answer', sent: true, why: 'timeout' }, 100],
  ['failed', refusal(500, 'InternalServerError'), 100],
  ['out of service', answer(503, ''), 100],
  ['throttled', refusal(400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException'), 500],
  ['throttled by its rate', refusal(400, 'ThrottlingException'), 500],
  ['asked too often', answer(429, ''), 500],
  ['crossed by a transaction', refusal(400, 'TransactionConflictException'), 500],
  ['still under way', refusal(400, 'com.amazonaws.dynamodb.v20120810#TransactionInProgressException'), 500],
])('a call that was %s is made once more, after a pause', async (_, first, longestPause) => {
  const pauses: number[] = [];
  const { exchanges, send } = scripted(first, answer(200, '{}'));
  const pause = (ms: number) => {
    pauses.push(ms);
    return Promise.resolve();
  };
  expect(await twice(send, pause)({ method: 'POST', url: new URL('http://x'), headers: {} })).toEqual(
    answer(200, '{}'),
  );
  expect(exchanges).toHaveLength(2);
  expect(pauses).toHaveLength(1);
  expect(pauses[0]).toBeGreaterThanOrEqual(0);
  expect(pauses[0]).toBeLessThan(longestPause);
});

test.each<[what: string, reply: Reply]>([
  ['done', answer(200, '{}')],
  ['refused', refusal(400, 'ConditionalCheckFailedException')],
  ['cancelled', refusal(400, 'TransactionCanceledException')],
  ['forbidden', refusal(403, 'AccessDeniedException')],
])('a call that was %s is not repeated', async (_, reply) => {
  const { exchanges, send } = scripted(reply);
  await twice(send)({ method: 'POST', url: new URL('http://x'), headers: {} });
  expect(exchanges).toHaveLength(1);
});

test('the second failure is the end of it', async () => {
  const { exchanges, send } = scripted(lost, answer(500, ''));
  const reply = await twice(send, () => Promise.resolve())({
    method: 'POST',
    url: new URL('http://x'),
    headers: {},
  });
  expect(reply).toEqual(answer(500, ''));
  expect(exchanges).toHaveLength(2);
});

test.each([
  ['eu-west-1', 'https://dynamodb.eu-west-1.amazonaws.com/'],
  ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
  ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
  ['eusc-de-east-1', 'https://dynamodb.eusc-de-east-1.amazonaws.eu/'],
])('DynamoDB of %s is at %s', async (region, url) => {
  const { exchanges, send } = scripted(answer(200, '{}'));
  await createTable('t', { region, credentials, send }).get({ event: { S: 'e' } });
  expect(exchanges[0]?.url.href).toBe(url);
});

test.each(['', '{}', '{"Successful":[]}', '{"Successful":[{"Id":"0"}]}', 'null'])(
  'what SQS does not say to have taken is not on the queue: %s',
  async (body) => {
    const { send } = scripted(answer(200, body));
    const queue = createEventQueue('https://sqs.eu-west-1.amazonaws.com/0/q', {
      region: 'eu-west-1',
      credentials,
      send,
    });
    await expect(queue.send([anEvent('a'), anEvent('b')], 'req')).rejects.toThrow('of 2');
  },
);
