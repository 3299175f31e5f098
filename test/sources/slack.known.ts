import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'slack' } as const;
/** docs.slack.dev, "Verifying requests from Slack". */
const key = '8f742231b10e8888abcd99yyyzzz85a5';
const seconds = 1531420618;
const form = {
  'content-type': 'application/x-www-form-urlencoded',
  'X-Slack-Request-Timestamp': '1531420618',
};

export default [
  {
    title: "a slash command, Slack's own example",
    source,
    key,
    seconds,
    request: post(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      {
        ...form,
        'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      },
    ),
    events: [
      {
        id: '398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
        type: 'slash_command',
        subject: 'U2CERLKJA',
        data: {
          person: { id: 'U2CERLKJA', name: 'roadrunner' },
          payload: { command: '/webhook-collect', text: '' },
        },
      },
    ],
  },
  {
    title: 'an event (by openssl)',
    source,
    key,
    seconds,
    request: post(
      '{"token":"t","team_id":"T1","type":"event_callback","event_id":"Ev08MFMKH6","event_time":1531420618,"event":{"type":"team_join","user":{"id":"U1","name":"jane","real_name":"Jane Doe","profile":{"email":"jane@acme.example","title":"Agent","phone":"+1 555 0100"}}}}',
      {
        'X-Slack-Request-Timestamp': '1531420618',
        'X-Slack-Signature': 'v0=ee7dcf2b073e5fd3ee632b8517d502641d1f38516c8e62c66e78716314cd9ea6',
      },
    ),
    events: [
      {
        id: 'Ev08MFMKH6',
        type: 'team_join',
        subject: 'U1',
        time: '2018-07-12T18:36:58.000Z',
        data: {
          person: {
            id: 'U1',
            name: 'Jane Doe',
            email: 'jane@acme.example',
            title: 'Agent',
            workPhone: '+1 555 0100',
          },
        },
      },
    ],
  },
  {
    title: 'an interaction (by openssl)',
    source,
    key,
    seconds,
    request: post(
      'payload=%7B%22type%22%3A%22block_actions%22%2C%22trigger_id%22%3A%221.2.3%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%2C%22name%22%3A%22jane%22%7D%7D',
      {
        ...form,
        'X-Slack-Signature': 'v0=ecc85a75976cbeb07123c974410af76afef2032e9c4fda6440ecbbf88f78f7a9',
      },
    ),
    events: [{ id: '1.2.3', type: 'block_actions', data: { person: { id: 'U1', name: 'jane' } } }],
  },
] satisfies Known[];
