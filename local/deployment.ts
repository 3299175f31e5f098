/** What both ways to run the functions, in this process or as bundles, come down to. */
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import type { BusRule } from './aws/event-bus.ts';
import type { StandIns } from './stand-ins.ts';

export interface Deployment {
  readonly standIns: StandIns;
  /** Names of the stand-ins' resources. */
  readonly names: {
    readonly queue: string;
    readonly waitingQueue: string;
    readonly deadLetterQueue: string;
    readonly ledger: string;
    readonly keys: string;
    readonly token: string;
  };
  /** The HTTP API's one route, as `ANY /webhooks/{source}`. */
  readonly routeKey: string;
  readonly rules: readonly BusRule[];
  /** The queues whose messages go to `deliver`. */
  readonly batches: readonly {
    readonly queue: string;
    readonly size: number;
    readonly reportsFailures: boolean;
    readonly concurrency: number;
  }[];
  /** The functions; a promise that fails is a function error. */
  readonly receive: (event: APIGatewayProxyEventV2) => Promise<unknown>;
  readonly receiveEvent: (input: unknown) => Promise<unknown>;
  readonly deliver: (event: SQSEvent) => Promise<unknown>;
  /** Ends the functions' processes at once, in whatever they do; there are none where they run in this process. */
  readonly kill: () => void;
  /** Ends the functions, then the stand-ins. */
  readonly close: () => Promise<void>;
}

export interface DeploymentOptions {
  readonly configurationFile: string;
  /** `https://host[:port]`, or on loopback `http://`. */
  readonly netsapiens: string;
  /** Left out: what the stack says, or would say. */
  readonly visibilityTimeoutSeconds?: number;
  /** Takes each line of the functions' logs. */
  readonly write: (line: string) => void;
}
