/** The two kinds of steps of which the tale of all senders is made. */
import type { Webhook } from '../senders.ts';
import type { Sign, Step } from '../step.ts';

interface Joining {
  readonly title: string;
  /** The source; two steps of one source are one too many. */
  readonly to: string;
  readonly sign: Sign;
  /** What the sender is answered; left out: 202. */
  readonly status?: number;
  readonly type: string;
  readonly subject?: string;
  readonly rule: string;
  readonly queue: string;
  /** Whose agent nobody else is. */
  readonly extension: string;
}

const agentOf = (extension: string): string => `${extension}@acme.example`;

/** An event that brings one person onto one queue. */
export const joins = ({ title, to, sign, status = 202, ...about }: Joining): Step => ({
  title,
  send: { to, sign },
  status,
  ...joining({ source: to, ...about }),
});

/** What comes of it. */
export const joining = ({
  extension,
  queue,
  ...about
}: Omit<Joining, 'title' | 'to' | 'sign' | 'status'> & { readonly source: string }): Pick<
  Step,
  'outcomes' | 'writes'
> => ({
  outcomes: [{ ...about, outcome: 'added', code: 'agent-added', queue, agent: agentOf(extension) }],
  writes: [
    {
      method: 'POST',
      path: `/domains/acme.example/callqueues/${queue}/agents`,
      body: { 'callqueue-agent-id': agentOf(extension), 'callqueue-agent-availability-type': 'manual' },
    },
  ],
});

/** A question that is answered at the edge and is no event. */
export const asks = (
  title: string,
  to: string,
  how: { readonly unsigned: Webhook } | { readonly sign: Sign },
  answer: NonNullable<Step['answer']>,
): Step => ({ title, send: { to, ...how }, status: 200, answer, outcomes: [], writes: [] });
