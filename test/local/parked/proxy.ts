/** Between an SQS client and the stand-in: can change an answer, or hold up a request. */
import { text } from 'node:stream/consumers';
import { serve } from '../../../local/aws/server.ts';
import type { Serving } from '../../../local/aws/server.ts';

export interface Tampering {
  /** Before a request goes on; a promise that never ends is a server that never answers. */
  readonly before?: (operation: string) => Promise<void> | void;
  readonly change?: (answer: string) => string;
}

export const startProxy = (target: string, { before, change }: Tampering): Promise<Serving> =>
  serve(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    const body = await text(request);
    await before?.(operation);
    const answer = await fetch(`${target}${request.url ?? '/'}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      body,
    });
    const told = await answer.text();
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(change ? change(told) : told);
  });
