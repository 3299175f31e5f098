/** AWS's JSON protocol 1.1, as its SDKs and its CLI speak it: the operation's name is in X-Amz-Target. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from './server.ts';

/** An error as AWS answers it; the SDK makes an exception named `code` of it. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type Operations = Readonly<Record<string, (input: unknown) => object>>;

const TYPE = 'application/x-amz-json-1.1';

/** The operation that a request asks for; undefined where it does not speak this protocol. */
export const targetOf = (request: IncomingMessage): string | undefined => {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? target : undefined;
};

export const answerOperation = (
  operations: Operations,
  target: string | undefined,
  body: Buffer,
  response: ServerResponse,
): void => {
  response.setHeader('x-amzn-requestid', randomUUID());
  try {
    json(response, 200, perform(operations, target, body), TYPE);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    json(response, error.status, { __type: error.code, message: error.message }, TYPE);
  }
};

const perform = (operations: Operations, target: string | undefined, body: Buffer): object => {
  const operation =
    target !== undefined && Object.hasOwn(operations, target) ? operations[target] : undefined;
  if (!operation)
    throw new AwsFault('UnknownOperationException', `here is ${Object.keys(operations).join(', ')}`);
  return operation(parsed(body));
};

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsFault('SerializationException', 'the body is not JSON');
  }
};
