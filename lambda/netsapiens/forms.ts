/** The two forms of one person on a queue. Pure. */
import type { ReadVerdict } from './answer.ts';

/** `user@domain`, and `sip:` with the same user's device, which begins with the extension: the phone would ring twice. */
const FORM = /^(?<sip>sip:)?(?<user>\d+)[a-z]*@(?<domain>.+)$/;

/** The other forms under which the person of an agent id is on the queue too. */
export const otherForms = (agents: ReadVerdict, agent: string): string[] => {
  const mine = FORM.exec(agent.toLowerCase())?.groups;
  if (agents.kind !== 'agents' || !mine) return [];
  const { user = '' } = mine;
  return [...agents.ids].filter((id) => {
    if (!id.includes(user)) return false;
    const theirs = FORM.exec(id)?.groups;
    return theirs?.['user'] === user && theirs['domain'] === mine['domain'] && theirs['sip'] !== mine['sip'];
  });
};
