/** The telephone system that the story needs; the people in it are extensions, and some have an e-mail address. */
import type { User } from '../netsapiens/agent.ts';
import type { Callqueue } from '../netsapiens/store.ts';

export const DOMAIN = 'acme.example';
export const QUEUES: readonly Callqueue[] = [
  { callqueue: '3000', description: 'Support' },
  { callqueue: '3001', description: 'Support overflow' },
  { callqueue: '3100', description: 'Leeds' },
  { callqueue: '3500', description: 'Returns' },
  { callqueue: '3900', description: 'Night line' },
];
export const USERS: readonly User[] = [
  ...['1001', '1002', '1003', '1004', '1005', '1006'].map((user) => ({
    user,
    // The night line rings a phone of its own.
    devices: [user, `${user}n`],
  })),
  { user: '1007', 'email-address': 'kim@acme.example; kim.lee@acme.example' },
  { user: '1009', 'email-address': 'noor@acme.example' },
];
