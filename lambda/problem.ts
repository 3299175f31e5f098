/** Answers that are not 2xx: problem details (RFC 9457). They echo nothing of what was sent. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  503: 'Service Unavailable',
} as const;

export const problem = (
  status: keyof typeof TITLES,
  requestId: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, requestId }),
});
