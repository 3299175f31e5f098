/** One event as each directory of people sends it: a group's new member, a new account. */
import type { Step } from '../step.ts';
import { graph, header, slack } from './signing.ts';
import { asks, joins } from './steps.ts';

const queue = '3000';

export const DIRECTORIES: readonly Step[] = [
  asks(
    'Okta asks whose URL it is',
    'okta',
    { unsigned: { method: 'GET', headers: { 'x-okta-verification-challenge': 'okta-challenge' }, body: '' } },
    { headers: { 'content-type': 'application/json' }, body: '{"verification":"okta-challenge"}' },
  ),
  joins({
    title: 'Okta: joined a group',
    to: 'okta',
    sign: header('Authorization', {
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: 'https://acme.okta.example/api/v1/eventHooks/who1',
      eventId: 'b0a1c2d3-e4f5-4061-8273-94a5b6c7d8e9',
      data: {
        events: [
          {
            uuid: 'c1b2a3d4-f5e6-11f0-9e8d-7c6b5a493827',
            published: '2026-11-20T09:05:00.000Z',
            eventType: 'group.user_membership.add',
            outcome: { result: 'SUCCESS', reason: null },
            target: [
              { id: '00u9', type: 'User', alternateId: 'noor@acme.example', displayName: 'Noor' },
              { id: '00g9', type: 'UserGroup', alternateId: 'unknown', displayName: 'Call queue Support' },
            ],
          },
        ],
      },
    }),
    status: 204,
    type: 'group.user_membership.add',
    subject: '00u9',
    rule: 'An Okta group is a call queue',
    queue,
    extension: '2009',
  }),
  asks(
    'Microsoft Graph asks whose URL it is',
    'microsoft-graph',
    {
      unsigned: {
        query: 'validationToken=Validation%3A+Testing+client+application+reachability',
        headers: { 'content-type': 'text/plain' },
        body: '',
      },
    },
    {
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'Validation: Testing client application reachability',
    },
  ),
  joins({
    title: 'Microsoft Graph: joined a group',
    to: 'microsoft-graph',
    sign: graph([
      {
        id: 'lsgTZMr9KwAAA',
        subscriptionId: '76222963-cc7b-42d2-882d-8aaa69cb2ba3',
        subscriptionExpirationDateTime: '2026-12-10T18:23:45Z',
        changeType: 'updated',
        resource: 'groups/9b2c',
        tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
        resourceData: {
          '@odata.type': '#Microsoft.Graph.Group',
          '@odata.id': 'groups/9b2c',
          id: '9b2c',
          'members@delta': [{ id: '4f1a' }],
        },
      },
    ]),
    type: 'groups.updated',
    subject: '9b2c',
    rule: 'An Entra group is a call queue',
    queue,
    extension: '2011',
  }),
  asks(
    'Slack asks whose URL it is',
    'slack',
    { sign: slack({ type: 'url_verification', token: 't', challenge: 'slack-challenge' }) },
    { headers: { 'content-type': 'application/json' }, body: '{"challenge":"slack-challenge"}' },
  ),
  joins({
    title: 'Slack: joined the workspace',
    to: 'slack',
    sign: slack({
      token: 't',
      team_id: 'T1',
      type: 'event_callback',
      event_id: 'Ev08MFMKH6',
      event_time: 1795168800,
      event: {
        type: 'team_join',
        user: { id: 'U1', name: 'tess', profile: { email: 'tess@acme.example' } },
      },
    }),
    status: 200,
    type: 'team_join',
    subject: 'U1',
    rule: 'New in the Slack workspace',
    queue,
    extension: '2013',
  }),
];
