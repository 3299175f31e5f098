import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'github' } as const;
const key = 'github-webhook-secret';

export default [
  {
    title: "no event, octokit's own example",
    source,
    key: 'mysecret',
    request: post('{"foo":"bar"}', {
      'X-Hub-Signature-256': 'sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3',
    }),
    events: [{ type: 'any.event', data: { payload: { foo: 'bar' } } }],
  },
  {
    title: 'an issue is labeled (by openssl)',
    source,
    key,
    request: post(
      '{"action":"labeled","issue":{"id":444500041,"number":7,"title":"Queue access","user":{"login":"jane","id":21},"labels":[{"id":1,"name":"queue access"},{"id":2,"name":"approved"}],"state":"open","type":{"id":5,"name":"Request"},"updated_at":"2026-01-31T18:42:00Z","body":"### Extension\\n\\n1001"},"label":{"id":2,"name":"approved"},"repository":{"id":186,"name":"desk","full_name":"acme/desk"},"sender":{"login":"mo"}}',
      {
        'content-type': 'application/json',
        'X-GitHub-Event': 'issues',
        'X-Hub-Signature-256': 'sha256=a830751a5c40888d55fefcffa599b74f774d2c782e779cdb55db08b19e4b7b8f',
      },
    ),
    events: [
      {
        type: 'issues.labeled',
        subject: 'acme/desk#7',
        time: '2026-01-31T18:42:00Z',
        data: {
          ticket: {
            id: '444500041',
            key: 'acme/desk#7',
            type: 'Request',
            status: 'open',
            fields: { labels: ['queue access', 'approved'] },
          },
          payload: { label: { name: 'approved' } },
        },
      },
    ],
  },
  {
    title: 'a comment, as a form (by openssl)',
    source,
    key,
    request: post(
      'payload=%7B%22action%22%3A%22created%22%2C%22issue%22%3A%7B%22id%22%3A444500041%2C%22number%22%3A7%2C%22state%22%3A%22closed%22%2C%22labels%22%3A%5B%5D%2C%22type%22%3Anull%2C%22updated_at%22%3A%222026-01-31T18%3A42%3A00Z%22%7D%2C%22comment%22%3A%7B%22id%22%3A9%2C%22body%22%3A%22done%22%7D%2C%22repository%22%3A%7B%22full_name%22%3A%22acme%2Fdesk%22%7D%7D',
      {
        'content-type': 'application/x-www-form-urlencoded',
        'X-GitHub-Event': 'issue_comment',
        'X-Hub-Signature-256': 'sha256=c2a56585cf49c1a55fb2ae6140112a6380ab93c4fb94125ec3883abdaf6cd0fd',
      },
    ),
    events: [
      {
        type: 'issue_comment.created',
        subject: 'acme/desk#7',
        data: { ticket: { status: 'closed' }, payload: { comment: { body: 'done' } } },
      },
    ],
  },
] satisfies Known[];
