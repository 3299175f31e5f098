import { STANDARD_WEBHOOKS } from './known-answers.ts';
import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'standard-webhooks' } as const;
const { seconds } = STANDARD_WEBHOOKS;
const BODY = '{"test": 2432232314}';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const events = [{ id: ID, type: 'any.event' }];

/** github.com/svix/svix-webhooks, server/svix-server/src/worker.rs and tests/it/e2e_endpoint.rs. */
const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const V1A = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';

export default [
  { title: 'v1', source, ...STANDARD_WEBHOOKS, events },
  {
    title: 'v1a',
    source,
    key: PUBLIC_KEY,
    seconds,
    request: post(BODY, {
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': V1A,
    }),
    events,
  },
  {
    title: 'v1, svix-',
    source,
    key: STANDARD_WEBHOOKS.key,
    seconds,
    request: post(BODY, {
      'svix-id': ID,
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    }),
    events,
  },
  {
    title: 'v1a, svix-',
    source,
    key: PUBLIC_KEY,
    seconds,
    request: post(BODY, { 'svix-id': ID, 'svix-timestamp': '1614265330', 'svix-signature': V1A }),
    events,
  },
] satisfies Known[];
