/** What can go wrong on the way to NetSapiens and back: a closed list, at stated rates. */
import type { Exchange, Reply } from '../../lambda/http.ts';
import { TIMEOUT_MS } from '../../lambda/http.ts';
import type { Clock } from './clock.ts';

/** One call, as a fault sees it. */
export interface FaultyCall {
  readonly clock: Clock;
  readonly pass: () => Promise<Reply>;
  /** 0 <= n < 1 */
  readonly draw: () => number;
}

export interface Fault {
  readonly name: string;
  /** Of 1. */
  readonly rate: number;
  readonly happen: (call: FaultyCall) => Promise<Reply>;
}

const timeout: Reply = { kind: 'no-answer', sent: true, why: 'timeout' };
const reset: Reply = { kind: 'no-answer', sent: true, why: 'ECONNRESET' };
const refused: Reply = { kind: 'no-answer', sent: false, why: 'ECONNREFUSED' };
const HTML = '<html><body>Please wait</body></html>';

const answer = (
  status: number,
  body: string = JSON.stringify({ code: status, message: 'Error' }),
  headers: Record<string, string> = {},
): Reply => ({ kind: 'answer', status, headers, body });

/** The request never arrives where it was to go. */
const unwritten =
  (reply: Reply): Fault['happen'] =>
  () =>
    Promise.resolve(reply);

/** It arrives, and the answer is lost on the way back. */
const written =
  (reply: Reply): Fault['happen'] =>
  async ({ pass }) => {
    await pass();
    return reply;
  };

/** A write that was given up shows no later than this: shorter than the first wait after a doubt, which is 30 s. */
const LATE_MS = 8_000;

const BOTH: readonly Fault[] = [
  {
    name: 'slow, up to 15 s',
    rate: 0.03,
    happen: async ({ clock, pass, draw }) => {
      await clock.sleep(draw() * 15_000);
      return pass();
    },
  },
  {
    name: 'timeout, never arrived',
    rate: 0.01,
    happen: async ({ clock }) => {
      await clock.sleep(TIMEOUT_MS);
      return timeout;
    },
  },
  { name: 'connection refused', rate: 0.005, happen: unwritten(refused) },
  { name: 'reset before', rate: 0.01, happen: unwritten(reset) },
  { name: '401', rate: 0.003, happen: unwritten(answer(401)) },
  { name: '403', rate: 0.002, happen: unwritten(answer(403)) },
  { name: '408', rate: 0.004, happen: unwritten(answer(408)) },
  { name: '425', rate: 0.004, happen: unwritten(answer(425)) },
  { name: '429', rate: 0.01, happen: unwritten(answer(429)) },
  {
    name: '429, Retry-After in seconds',
    rate: 0.01,
    happen: unwritten(answer(429, undefined, { 'retry-after': '600' })),
  },
  {
    name: '503, Retry-After as a date',
    rate: 0.005,
    happen: ({ clock }) =>
      Promise.resolve(answer(503, HTML, { 'retry-after': new Date(clock.now() + 900_000).toUTCString() })),
  },
  { name: '500', rate: 0.01, happen: unwritten(answer(500)) },
  { name: '502 in HTML', rate: 0.01, happen: unwritten(answer(502, HTML)) },
  { name: '503', rate: 0.01, happen: unwritten(answer(503)) },
  { name: '200 around a 503', rate: 0.005, happen: unwritten(answer(200, '{"code":503,"message":"Error"}')) },
  { name: '200 in HTML', rate: 0.005, happen: unwritten(answer(200, HTML)) },
];

const OF_WRITES: readonly Fault[] = [
  {
    name: 'timeout, written at once',
    rate: 0.015,
    happen: async ({ clock, pass }) => {
      await pass();
      await clock.sleep(TIMEOUT_MS);
      return timeout;
    },
  },
  {
    name: 'timeout, written up to 8 s later',
    rate: 0.01,
    happen: async ({ clock, pass, draw }) => {
      await clock.sleep(TIMEOUT_MS);
      clock.after(draw() * LATE_MS, () => void pass());
      return timeout;
    },
  },
  { name: 'reset after', rate: 0.015, happen: written(reset) },
  { name: '500, and written', rate: 0.01, happen: written(answer(500)) },
  { name: '504 in HTML, and written', rate: 0.01, happen: written(answer(504, HTML)) },
  { name: '202 cut off, and written', rate: 0.01, happen: written(answer(202, '{"code":202,"mess')) },
  { name: '409, and not there', rate: 0.003, happen: unwritten(answer(409)) },
];

/** The supervisor is quicker by hand: the agent is there when the POST comes. The answers that nobody has confirmed. */
export const ALREADY_THERE_RATE = 0.006;
export const ALREADY_THERE = [
  answer(409, '{"code":409,"message":"Conflict"}'),
  answer(400, '{"code":400,"message":"Agent already exists"}'),
  answer(404, '{"code":404,"message":"Agent exists"}'),
] as const;

/** A write that is answered 202 and shows only later. */
export const LAG_RATE = 0.02;
export const LAG_MS = 20_000;

export const faultsOf = (method: Exchange['method']): readonly Fault[] =>
  method === 'POST' ? [...OF_WRITES, ...BOTH] : BOTH;

/** @param chosen 0 <= n < 1 */
export const faultAt = (faults: readonly Fault[], chosen: number): Fault | undefined => {
  let rest = chosen;
  return faults.find(({ rate }) => (rest -= rate) < 0);
};

/** NetSapiens as a whole is down. */
export const OUTAGE = answer(503, HTML);
