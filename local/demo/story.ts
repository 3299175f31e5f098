/**
 * What the demo sends, step by step, and what has to come of it. It goes with the repository's own onqueue.yaml: whose
 * sources and rules these are stands there.
 */
import type { Reason } from '../../lambda/outcome.ts';
import {
  APPROVED,
  employeeHired,
  hiredFor,
  JOB_TITLE_CHANGED,
  nightLine,
  signup,
  TICKET_CREATED,
  transfer,
  TWO_HIRES,
} from './payloads.ts';
import { bamboohr, bearer, payroll, standardWebhooks, zendesk } from './senders.ts';
import { DOMAIN, QUEUES, USERS } from './setting.ts';
import { NOTHING_SENT } from './step.ts';
import type { ExpectedOutcome, Step, Tale, Write } from './step.ts';

const agents = (queue: string) => `/domains/acme.example/callqueues/${queue}/agents`;
const add = (queue: string, body: object): Write => ({ method: 'POST', path: agents(queue), body });

const SUPPORT = 'Support hires answer support calls';
const supportAgent = (extension: string) => ({
  'callqueue-agent-id': `${extension}@acme.example`,
  'callqueue-agent-availability-type': 'manual',
  'callqueue-agent-wrap-up-allowance-seconds': 30,
});
/** Both support queues, for one person. */
const inSupport = (
  about: Pick<ExpectedOutcome, 'source' | 'type' | 'subject' | 'outcome' | 'code'>,
  extension: string,
): ExpectedOutcome[] =>
  ['3000', '3001'].map((queue) => ({ ...about, rule: SUPPORT, queue, agent: `${extension}@acme.example` }));
const supportWrites = (extension: string): Write[] =>
  ['3000', '3001'].map((queue) => add(queue, supportAgent(extension)));

const twoHires = (outcome: 'added' | 'duplicate', code: Reason): ExpectedOutcome[] =>
  [
    ['501', '1001'],
    ['502', '1002'],
  ].flatMap(([subject = '', extension = '']) =>
    inSupport({ source: 'bamboohr', type: 'employee.updated', subject, outcome, code }, extension),
  );

const nightAgent = (extension: string) => ({
  'callqueue-agent-id': `sip:${extension}n@acme.example`,
  'callqueue-agent-availability-type': 'automatic',
  synchronous: 'yes',
  domain: 'acme.example',
  callqueue: '3900',
  'callqueue-agent-wrap-up-allowance-seconds': 15,
  'auto-answer-enabled': 'no',
  'callqueue-agent-dispatch-order-ordinal': 2,
  'callqueue-agent-dispatch-queue-priority-ordinal': 1,
  'limits-max-active-calls-total': 1,
  'callqueue-agent-answer-confirmation-enabled': 'yes',
  'callqueue-agent-availability-for-dispatch': 'available',
  'callqueue-agent-max-concurrent-sms-conversations': 3,
});

const inReturns = (
  subject: string,
  outcome: 'added' | 'retrying',
  code: Reason,
  extension?: string,
): ExpectedOutcome => ({
  source: 'requests',
  type: 'hired',
  subject,
  outcome,
  code,
  rule: 'Returns team from the first day on',
  queue: '3500',
  ...(outcome === 'retrying' && { owner: 'event' }),
  ...(extension !== undefined && { agent: `${extension}@acme.example` }),
});
const returnsWrite = (extension: string): Write =>
  add('3500', {
    'callqueue-agent-id': `${extension}@acme.example`,
    'callqueue-agent-availability-type': 'manual',
  });

const HOUR_MS = 60 * 60 * 1000;
const inAMonth = (now: Date): string =>
  new Date(now.getTime() + 30 * 24 * HOUR_MS).toISOString().slice(0, 10);
const TEN_MINUTES_MS = 10 * 60 * 1000;

const STEPS: readonly Step[] = [
  {
    title: 'BambooHR, by fields: two hires in one POST',
    send: { to: 'bamboohr', sign: (key, now) => bamboohr(key, TWO_HIRES, now) },
    status: 202,
    outcomes: twoHires('added', 'agent-added'),
    writes: [...supportWrites('1001'), ...supportWrites('1002')],
  },
  {
    title: 'BambooHR, the same POST delivered again',
    send: { to: 'bamboohr', sign: (key, now) => bamboohr(key, TWO_HIRES, now) },
    status: 202,
    outcomes: twoHires('duplicate', 'delivered-before'),
    writes: [],
  },
  {
    title: 'BambooHR, by event: an id and no department',
    send: {
      to: 'bamboohr',
      sign: (key, now) => bamboohr(key, JOB_TITLE_CHANGED, now),
    },
    status: 202,
    outcomes: [
      {
        source: 'bamboohr',
        type: 'employee.updated',
        subject: '503',
        outcome: 'ignored',
        code: 'no-rule-wants-it',
      },
    ],
    writes: [],
  },
  {
    title: 'BambooHR, signed, in a shape nobody knows',
    send: { to: 'bamboohr', sign: (key, now) => bamboohr(key, '{"people":[]}', now) },
    status: 202,
    outcomes: [
      {
        source: 'bamboohr',
        type: 'bamboohr.unrecognized',
        outcome: 'parked',
        code: 'payload-unrecognized',
        owner: 'event',
      },
    ],
    writes: [],
  },
  {
    title: 'Zendesk, ticket event: not solved yet',
    send: {
      to: 'helpdesk',
      sign: (key, now) => zendesk(key, TICKET_CREATED, now),
    },
    status: 202,
    outcomes: [
      {
        source: 'helpdesk',
        type: 'zen:event-type:ticket.created',
        subject: '9001',
        outcome: 'ignored',
        code: 'no-rule-wants-it',
      },
    ],
    writes: [],
  },
  {
    title: 'Zendesk, trigger: the ticket is approved',
    send: { to: 'helpdesk', sign: (key, now) => zendesk(key, APPROVED, now) },
    status: 202,
    outcomes: [
      {
        source: 'helpdesk',
        type: 'helpdesk.event',
        subject: 'u3@acme.example',
        outcome: 'added',
        code: 'agent-added',
        rule: 'Approved tickets for queue access',
        queue: '3500',
        agent: '1003@acme.example',
      },
    ],
    writes: [
      add('3500', {
        'callqueue-agent-id': '1003@acme.example',
        'callqueue-agent-availability-type': 'manual',
      }),
    ],
  },
  {
    title: 'Zendesk, signed with a wrong key',
    send: { to: 'helpdesk', sign: (key, now) => zendesk(`${key}?`, APPROVED, now) },
    status: 401,
    outcomes: [],
    writes: [],
  },
  {
    title: 'Standard Webhooks: a new colleague',
    send: { to: 'signup', sign: (key, now) => standardWebhooks(key, 'msg_1', signup('u4', '1004'), now) },
    status: 202,
    outcomes: inSupport(
      { source: 'signup', type: 'user.onboarded', subject: 'u4', outcome: 'added', code: 'agent-added' },
      '1004',
    ),
    writes: supportWrites('1004'),
  },
  {
    title: 'Standard Webhooks, signed ten minutes ago',
    send: {
      to: 'signup',
      sign: (key, now) =>
        standardWebhooks(key, 'msg_2', signup('u5', '1005'), new Date(now.getTime() - TEN_MINUTES_MS)),
    },
    status: 401,
    outcomes: [],
    writes: [],
  },
  {
    title: 'Bearer sender: a rule that sets all fields',
    send: { to: 'requests', sign: (key) => bearer(key, nightLine('r1', '1005')) },
    status: 202,
    outcomes: [
      {
        source: 'requests',
        type: 'night-line',
        subject: 'r1@acme.example',
        outcome: 'added',
        code: 'agent-added',
        rule: 'Night line by request',
        queue: '3900',
        agent: 'sip:1005n@acme.example',
      },
    ],
    writes: [add('3900', nightAgent('1005'))],
  },
  {
    title: 'Bearer sender: NetSapiens does not know the extension',
    send: { to: 'requests', sign: (key) => bearer(key, nightLine('r2', '1999')) },
    status: 202,
    outcomes: [
      {
        source: 'requests',
        type: 'night-line',
        subject: 'r2@acme.example',
        outcome: 'parked',
        code: 'person-not-found',
        owner: 'event',
        rule: 'Night line by request',
        queue: '3900',
        agent: 'sip:1999n@acme.example',
      },
    ],
    writes: [add('3900', nightAgent('1999'))],
  },
  {
    title: 'HMAC sender: moved to Leeds',
    send: { to: 'payroll', sign: (key, now) => payroll(key, transfer('w6', '1006', 'Leeds'), now) },
    status: 202,
    outcomes: [
      {
        source: 'payroll',
        type: 'worker.transferred',
        subject: 'w6',
        outcome: 'added',
        code: 'agent-added',
        rule: 'Payroll moves people to the queue of their site',
        queue: '3100',
        agent: '1006@acme.example',
      },
    ],
    writes: [
      add('3100', {
        'callqueue-agent-id': '1006@acme.example',
        'callqueue-agent-availability-type': 'automatic',
      }),
    ],
  },
  {
    title: 'HMAC sender: moved to a site without a queue',
    send: { to: 'payroll', sign: (key, now) => payroll(key, transfer('w7', '1006', 'Oslo'), now) },
    status: 202,
    outcomes: [
      {
        source: 'payroll',
        type: 'worker.transferred',
        subject: 'w7',
        outcome: 'parked',
        code: 'queue-invalid',
        owner: 'event',
        rule: 'Payroll moves people to the queue of their site',
      },
    ],
    writes: [],
  },
  {
    title: 'EventBridge: hired, and on the queues already',
    send: { putEvents: employeeHired('u4', '1004') },
    status: 200,
    outcomes: inSupport(
      {
        source: 'hr-bus',
        type: 'Employee Hired',
        subject: 'u4',
        outcome: 'already-member',
        code: 'already-on-queue',
      },
      '1004',
    ),
    writes: [],
  },
  {
    title: 'EventBridge: hired',
    send: { putEvents: employeeHired('u6', '1006') },
    status: 200,
    outcomes: inSupport(
      { source: 'hr-bus', type: 'Employee Hired', subject: 'u6', outcome: 'added', code: 'agent-added' },
      '1006',
    ),
    writes: supportWrites('1006'),
  },
  {
    title: 'Hired, known by e-mail alone',
    send: { to: 'requests', sign: (key) => bearer(key, hiredFor('r3', 'Kim@acme.example', '2026-11-02')) },
    status: 202,
    outcomes: [inReturns('Kim@acme.example', 'added', 'agent-added', '1007')],
    writes: [returnsWrite('1007')],
  },
  {
    title: 'Hired, and no user of the telephone system yet',
    send: { to: 'requests', sign: (key) => bearer(key, hiredFor('r4', 'sam@acme.example', '2026-11-02')) },
    status: 202,
    outcomes: [inReturns('sam@acme.example', 'retrying', 'person-not-found')],
    writes: [],
  },
  {
    title: 'Two hours later the user is there',
    send: {
      meanwhile: ({ addUser, letPass }) => {
        addUser({ user: '1008', 'email-address': 'sam@acme.example' });
        letPass(2 * HOUR_MS);
      },
    },
    status: NOTHING_SENT,
    outcomes: [inReturns('sam@acme.example', 'added', 'agent-added', '1008')],
    writes: [returnsWrite('1008')],
  },
  {
    title: 'Hired, starts in a month',
    send: {
      to: 'requests',
      sign: (key, now) => bearer(key, hiredFor('r5', 'noor@acme.example', inAMonth(now))),
    },
    status: 202,
    outcomes: [inReturns('noor@acme.example', 'retrying', 'day-not-come')],
    writes: [],
  },
  {
    title: 'The day has come',
    send: { meanwhile: ({ letPass }) => letPass(32 * 24 * HOUR_MS) },
    status: NOTHING_SENT,
    outcomes: [inReturns('noor@acme.example', 'added', 'agent-added', '1009')],
    writes: [returnsWrite('1009')],
  },
];

export const STORY: Tale = {
  steps: STEPS,
  atOnce: false,
  setting: { domain: DOMAIN, queues: QUEUES, users: USERS },
  keysFrom: (keys) => keys,
  gaps: () => [],
};
