/**
 * An agent of a call queue, as the vendor describes it: what may be written, and what is read back.
 *
 * Written a second time on purpose, apart from lambda/netsapiens/request.ts: a stand-in that shared its schema with the
 * client would agree with the client's mistakes.
 */
import * as z from 'zod';
import { Refusal } from './refusal.ts';

const yesNo = z.enum(['yes', 'no']);

const settingsShape = {
  'callqueue-agent-availability-type': z.enum(['automatic', 'manual', 'disabled', 'offnet-automatic']),
  'callqueue-agent-wrap-up-allowance-seconds': z.int(),
  'auto-answer-enabled': yesNo,
  'callqueue-agent-dispatch-order-ordinal': z.int(),
  'callqueue-agent-dispatch-queue-priority-ordinal': z.int(),
  'limits-max-active-calls-total': z.int(),
  'callqueue-agent-answer-confirmation-enabled': yesNo,
  'callqueue-agent-availability-for-dispatch': z.string(),
  'callqueue-agent-max-concurrent-sms-conversations': z.int(),
};

const settingsSchema = z.strictObject(settingsShape).partial();
export type AgentSettings = z.infer<typeof settingsSchema>;

export const newAgentSchema = z
  .strictObject({ ...settingsShape, synchronous: yesNo, callqueue: z.string(), domain: z.string().max(64) })
  .partial()
  .extend({ 'callqueue-agent-id': z.string().min(1) });
export type NewAgent = z.infer<typeof newAgentSchema>;

/** Fields that come back, and that nobody may send. */
const READ_ONLY: readonly string[] = [
  'callqueue-agent-has-registered-devices',
  'active-calls-total-current',
  'last-modified-datetime',
  'last-callqueue-dispatch-datetime',
  'callqueue-agent-entry-type',
  'login-username',
  'name-full-name',
  'agent-name-first-name',
  'agent-name-last-name',
  'agent-department',
  'agent-site',
  'agent-user-scope',
  'agent-status-message',
];

const complaint = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .map((key) => `${key} is ${READ_ONLY.includes(key) ? 'read only' : 'not a known field'}`)
      .join('; ');
  return `${issue.path.join('.') || 'body'}: ${issue.message}`;
};

const checked =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: unknown): z.output<Schema> => {
    const result = schema.safeParse(body);
    if (!result.success) throw new Refusal(400, result.error.issues.map(complaint).join('; '));
    return result.data;
  };

/** The body of "Add Agent to Call Queue". @throws Refusal 400 that names each wrong field */
export const checkedNewAgent = checked(newAgentSchema);

/** The body of "Update Agent in Call Queue". @throws Refusal 400 that names each wrong field */
export const checkedSettings = checked(settingsSchema);

/** `user@domain` or `sip:device@domain`. */
const AGENT_ID = /^(?<sip>sip:)?(?<name>[^@:\s]+)@(?<domain>[^@\s]+)$/;

export interface AgentName {
  readonly kind: 'user' | 'device';
  readonly name: string;
  readonly domain: string;
}

/** @throws Refusal 400 for a text that is no agent id */
export const agentName = (id: string): AgentName => {
  const { sip, name, domain } = AGENT_ID.exec(id)?.groups ?? {};
  if (name === undefined || domain === undefined)
    throw new Refusal(400, 'callqueue-agent-id: expected user@domain or sip:device@domain');
  return { kind: sip === undefined ? 'user' : 'device', name, domain };
};

/** A row of a directory of users, of which other fields are left out. */
export interface User {
  readonly user: string;
  readonly 'name-first-name'?: string;
  readonly 'name-last-name'?: string;
  /** May hold several addresses, split by ";". */
  readonly 'email-address'?: string;
  readonly 'user-scope'?: string;
  readonly department?: string;
  readonly site?: string;
  readonly 'service-code'?: string;
  /** Their names; left out: one, named as the extension. Rows of users do not show them. */
  readonly devices?: readonly string[];
}

/** `2023-10-11 16:53:54`: as NetSapiens writes it, with no T and no zone. */
export const dateTime = (time: Date): string => time.toISOString().slice(0, 19).replace('T', ' ');

const fullName = (user: User): string =>
  `${user['name-first-name'] ?? ''} ${user['name-last-name'] ?? ''}`.trim();

/** A user as a read shows it. */
export const userRow = (row: User, domain: string) => ({
  domain,
  'name-first-name': '',
  'name-last-name': '',
  'email-address': '',
  'user-scope': 'Basic User',
  'login-username': `${row.user}@${domain}`,
  ...row,
  // JSON leaves it out: devices are read by themselves.
  devices: undefined,
});

/** A device as a read shows it; the phones of a simulator are never registered. */
export const deviceRow = (device: string, user: User, domain: string) => ({
  device,
  user: user.user,
  domain,
  'device-sip-registration-uri': `sip:${device}@${domain}`,
  'device-sip-registration-state': 'unregistered',
  // Real rows carry the phone's password: they are nothing to log.
  'device-sip-registration-password': `password-of-${device}`,
  'login-username': `${user.user}@${domain}`,
  'name-full-name': fullName(user),
});
export type DeviceRow = ReturnType<typeof deviceRow>;

export interface Agent {
  readonly id: string;
  readonly callqueue: string;
  readonly domain: string;
  readonly user: User;
  readonly kind: AgentName['kind'];
  settings: AgentSettings;
  modified: Date;
  /** Reads of the queue that do not show this agent yet. */
  hiddenReads: number;
  /** No read before shows this agent; milliseconds since 1970. */
  readonly visibleFrom: number;
}

/** What a read shows. Some fields come back under other names than they were written under. */
export const agentRow = ({ id, callqueue, domain, user, kind, settings, modified }: Agent) => ({
  'callqueue-agent-id': id,
  callqueue,
  domain,
  // No default is published. The one with consequences is assumed: the phone rings at once.
  'callqueue-agent-availability-type': settings['callqueue-agent-availability-type'] ?? 'automatic',
  'callqueue-agent-wrap-up-allowance-seconds': settings['callqueue-agent-wrap-up-allowance-seconds'] ?? 0,
  auto_ans: settings['auto-answer-enabled'] ?? 'no',
  'ordinal-order': settings['callqueue-agent-dispatch-order-ordinal'] ?? 0,
  'callqueue-agent-dispatch-queue-priority-ordinal':
    settings['callqueue-agent-dispatch-queue-priority-ordinal'] ?? 0,
  'limits-max-active-calls-total': settings['limits-max-active-calls-total'] ?? 1,
  'callqueue-agent-answer-confirmation-enabled':
    settings['callqueue-agent-answer-confirmation-enabled'] ?? 'no',
  'callqueue-agent-availability-for-dispatch': settings['callqueue-agent-availability-for-dispatch'] ?? '',
  'callqueue-agent-max-concurrent-sms-conversations':
    settings['callqueue-agent-max-concurrent-sms-conversations'] ?? 0,
  'callqueue-agent-has-registered-devices': 'no',
  'active-calls-total-current': 0,
  'last-modified-datetime': dateTime(modified),
  'last-callqueue-dispatch-datetime': null,
  'callqueue-agent-entry-type': kind,
  'login-username': `${user.user}@${domain}`,
  'name-full-name': fullName(user),
  'name-first-name': user['name-first-name'] ?? '',
  'name-last-name': user['name-last-name'] ?? '',
  'agent-department': user.department ?? '',
  'agent-site': user.site ?? '',
  'agent-user-scope': user['user-scope'] ?? 'Basic User',
  'agent-status-message': null,
});
export type AgentRow = ReturnType<typeof agentRow>;
