/**
 * AWS and NetSapiens as the functions call them, in a process of their own that does next to nothing: it answers at
 * once. What the stand-ins under local/ check and keep would be measured too; here the functions are.
 */
import * as z from 'zod';
import { json, readBody, serve } from '../local/aws/server.ts';
import { KEYS, TOKEN } from './events.ts';

const AGENTS = Array.from({ length: 20 }, (_, index) => ({
  'callqueue-agent-id': `${9000 + index}@acme.example`,
}));

const secretOf = (body: Buffer): object => {
  const { SecretId: id } = z.object({ SecretId: z.string() }).parse(JSON.parse(body.toString()));
  return {
    ARN: id,
    Name: id,
    VersionId: '0'.repeat(32),
    SecretString: id === 'keys' ? JSON.stringify(KEYS) : TOKEN,
  };
};

/** Every message is taken. */
const batchOf = (body: Buffer): object => {
  const { Entries: entries } = z
    .object({ Entries: z.array(z.object({ Id: z.string() })) })
    .parse(JSON.parse(body.toString()));
  return { Successful: entries.map(({ Id }) => ({ Id, MessageId: Id })) };
};

const { origin } = await serve(async (request, response) => {
  const body = await readBody(request);
  const target = request.headers['x-amz-target'];
  if (target === 'secretsmanager.GetSecretValue')
    json(response, 200, secretOf(body), 'application/x-amz-json-1.1');
  else if (target === 'AmazonSQS.SendMessageBatch')
    json(response, 200, batchOf(body), 'application/x-amz-json-1.0');
  else if (target !== undefined) json(response, 200, {}, 'application/x-amz-json-1.0');
  else if (request.method === 'POST') json(response, 202, { code: 202, message: 'Accepted' });
  else json(response, 200, AGENTS);
});
process.send?.(origin);
process.on('disconnect', () => process.exit());
