/** The contract between the functions and the stack (and whatever stands in for the stack on one machine). */

/** Environment variables, by function. The stack sets these; lambda/env.ts reads them. */
export const ENVIRONMENT = {
  receive: ['QUEUE_URL', 'KEYS_SECRET_ARN'],
  'receive-event': ['QUEUE_URL'],
  deliver: [
    'QUEUE_URL',
    'WAITING_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'LEDGER_TABLE',
    'TOKEN_SECRET_ARN',
    'NETSAPIENS_ORIGIN',
  ],
} as const;

export type FunctionName = keyof typeof ENVIRONMENT;
export type EnvironmentOf<Name extends FunctionName> = Readonly<
  Record<(typeof ENVIRONMENT)[Name][number], string>
>;

/** The path of a source's webhook, under the API's own URL. */
export const webhookPath = (source: string): string => `/webhooks/${source}`;

/** Where NetSapiens' API v2 begins, behind the origin of the server. */
export const API_PATH = '/ns-api/v2';

/** What an EventBridge rule of ours hands to `receive-event`: the source's name, and the event as it was. */
export interface RuleInput {
  readonly onqueueSource: string;
  readonly event: unknown;
}

/** The ledger's table. */
export const LEDGER = { partitionKey: 'event', sortKey: 'entry', timeToLive: 'expires' } as const;

/** Bytes of a webhook's body; beyond it, 413. A body this large is no HR event, and fits a message several times over. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Bytes of one SQS message, SQS's own maximum since August 2025. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Bytes of one event: what is left of a message when it is parked with its reason beside it. */
export const MAX_EVENT_BYTES = MAX_MESSAGE_BYTES - 16 * 1024;

/** Executions of `deliver` side by side, at the most: two (Lambda's minimum) for each of the queues that it reads. */
export const DELIVER_CONTAINERS = 4;

/** Days that SQS keeps a message (its maximum), on the queue and again when parked. */
export const RETENTION_DAYS = 14;

/** CloudWatch metrics, written by the functions as embedded metric format, watched by alarms. */
export const METRICS = {
  namespace: 'Onqueue',
  /** One for each (event, rule, queue) that ended, with the dimension `outcome`. */
  outcomes: 'Outcomes',
  /** A webhook was refused as not authentic, with the dimension `source`. */
  refused: 'WebhookRefused',
  /** NetSapiens refused the bearer token, or the secret holds none. */
  credentialRefused: 'CredentialRefused',
  /** An event has been tried again for over an hour, for a fault that is not its own. */
  overdue: 'EventOverdue',
  /** The signing keys are missing, unreadable or not what they should be: senders get 503. */
  keysUnusable: 'SigningKeysUnusable',
} as const;
