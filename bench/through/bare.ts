/**
 * The same job with nothing around it: verify, one rule, POST, answer. No queue, no ledger, no look at who is there
 * already: what is lost is lost, and what comes twice is done twice. `bare.ts NETSAPIENS`
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import jsonata from 'jsonata';
import { json, readBody } from '../../local/aws/server.ts';
import { serveParent } from '../child.ts';
import { KEYS, TOKEN } from '../events.ts';
import { usage } from './usage.ts';

const [netsapiens = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const when = jsonata(
  "employees.fields.(Department in ['Support', 'Customer Care'] and $exists(`Work Ext.`))",
);
const agentId = jsonata("employees.fields.(`Work Ext.` & '@acme.example')");

const isAuthentic = (body: Buffer, timestamp: string, signature: string): boolean => {
  const expected = createHmac('sha256', KEYS.bamboohr).update(body).update(timestamp).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const addAgent = (body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    httpRequest(
      `${netsapiens}/ns-api/v2/domains/acme.example/callqueues/3000/agents`,
      {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    )
      .on('error', reject)
      .end(body);
  });

await serveParent(async (request, response) => {
  if (request.url !== '/webhooks/bamboohr') {
    json(response, 200, usage());
    return;
  }
  const body = await readBody(request);
  const timestamp = String(request.headers['x-bamboohr-timestamp']);
  if (!isAuthentic(body, timestamp, String(request.headers['x-bamboohr-signature']))) {
    response.writeHead(401).end();
    return;
  }
  const event: unknown = JSON.parse(body.toString());
  if ((await when.evaluate(event)) === true) {
    const id: unknown = await agentId.evaluate(event);
    await addAgent(
      JSON.stringify({ 'callqueue-agent-id': id, 'callqueue-agent-availability-type': 'manual' }),
    );
  }
  response.writeHead(202, { 'content-length': 0 }).end();
});
