/**
 * One JSON line per entry, from an allow-list of fields: none of them can carry a secret or personal data. Metrics
 * travel in the same lines, in CloudWatch's embedded metric format.
 */
import { METRICS } from '../names.ts';
import type { OutcomeName, Owner } from '../outcome.ts';

/** The allow-list. */
export interface Fields {
  /** API Gateway's request id. */
  readonly requestId?: string;
  /** SQS's id of the delivered message. */
  readonly messageId?: string;
  /** The source's name in onqueue.yaml. */
  readonly source?: string;
  /** {@link eventRef}: a hash that stands for the event. */
  readonly ref?: string;
  readonly rule?: string;
  readonly outcome?: OutcomeName;
  /** Why: a code of a closed set, as Reason or a verifier's Refusal; never a value. */
  readonly code?: string;
  readonly owner?: Owner;
  readonly status?: number;
  readonly attempts?: number;
  readonly delaySeconds?: number;
  readonly events?: number;
  readonly bytes?: number;
  /** An error's class, never its message: messages quote what they stumbled over. */
  readonly error?: string;
}

type Level = 'info' | 'warn' | 'error';
type Metric = Exclude<keyof typeof METRICS, 'namespace'>;

export interface Log {
  (level: Level, message: string, fields?: Fields): void;
  /** Counts one, beside the fields; `dimension` is one of the fields given. */
  count(metric: Metric, message: string, fields: Fields, dimension?: keyof Fields): void;
}

export const createLog = (write: (line: string) => void, now: () => number): Log => {
  const entry = (level: Level, message: string, fields: Fields, metrics?: object): void =>
    write(JSON.stringify({ level, time: new Date(now()).toISOString(), message, ...fields, ...metrics }));

  const count: Log['count'] = (metric, message, fields, dimension) => {
    const name = METRICS[metric];
    const embedded = {
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          {
            Namespace: METRICS.namespace,
            Dimensions: [dimension === undefined ? [] : [dimension]],
            Metrics: [{ Name: name, Unit: 'Count' }],
          },
        ],
      },
      [name]: 1,
    };
    entry(metric === 'outcomes' ? 'info' : 'warn', message, fields, embedded);
  };

  return Object.assign(
    (level: Level, message: string, fields: Fields = {}) => entry(level, message, fields),
    { count },
  );
};

/** The class of an error, or an SDK error's name: the most that a log may tell of it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
