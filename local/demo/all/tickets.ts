/** One event as each ticket system sends it. */
import { zendesk } from '../senders.ts';
import type { Step } from '../step.ts';
import { basic, by, github, header, jira, linear, withHeaders, zammad } from './signing.ts';
import { joins } from './steps.ts';

const queue = '3500';

export const TICKETS: readonly Step[] = [
  joins({
    title: 'Zendesk, trigger: approved',
    to: 'zendesk',
    sign: by(zendesk, {
      ticket: { id: 9001, type: 'queue access', status: 'solved' },
      person: { email: 'ines@acme.example', extension: '2101' },
      updated: '2026-11-20T12:00:00Z',
    }),
    type: 'zendesk.event',
    subject: 'ines@acme.example',
    rule: 'Solved in Zendesk',
    queue,
    extension: '2101',
  }),
  joins({
    title: 'Jira: approved',
    to: 'jira',
    sign: withHeaders(
      { 'X-Atlassian-Webhook-Identifier': '1a2b' },
      jira({
        timestamp: 1795168800000,
        webhookEvent: 'jira:issue_updated',
        issue: {
          id: '18001',
          key: 'IT-4',
          fields: {
            issuetype: { name: 'Queue access' },
            status: { name: 'Approved' },
            customfield_10071: '2111',
          },
        },
        changelog: {
          id: '10124',
          items: [{ field: 'status', fieldId: 'status', fromString: 'Waiting', toString: 'Approved' }],
        },
      }),
    ),
    type: 'jira:issue_updated',
    subject: 'IT-4',
    rule: 'Approved in Jira',
    queue,
    extension: '2111',
  }),
  joins({
    title: 'Jira automation: approved',
    to: 'jira-automation',
    sign: header('X-Automation-Key', {
      person: { email: 'kai@acme.example', extension: '2112' },
      ticket: { key: 'IT-5', type: 'Queue access', status: 'Approved' },
      updated: '2026-11-20T12:00:00Z',
    }),
    type: 'jira-automation.event',
    subject: 'kai@acme.example',
    rule: 'Approved by a rule of Jira automation',
    queue,
    extension: '2112',
  }),
  joins({
    title: 'ServiceNow: approved',
    to: 'servicenow',
    sign: basic('servicenow', {
      table: 'sc_req_item',
      sys_id: 'aeed229047801200e0ef563dbb9a71c2',
      sys_mod_count: '4',
      sys_updated_on: '2026-11-20 12:00:00',
      number: 'RITM0010001',
      cat_item: 'Queue access',
      approval: 'approved',
      requested_for: { email: 'lena@acme.example' },
      variables: { extension: '2113' },
    }),
    type: 'sc_req_item',
    subject: 'RITM0010001',
    rule: 'Approved in ServiceNow',
    queue,
    extension: '2113',
  }),
  joins({
    title: 'Freshservice: closed',
    to: 'freshservice',
    sign: header('X-Api-Key', {
      freshservice_webhook: {
        ticket_id: 81,
        ticket_status: 'Closed',
        ticket_type: 'Service Request',
        ticket_requester_email: 'mila@acme.example',
        ticket_department_name: 'Support',
      },
    }),
    type: 'freshservice.event',
    subject: '81',
    rule: 'Closed in Freshservice, for whoever asked',
    queue,
    extension: '2114',
  }),
  joins({
    title: 'Freshdesk: closed',
    to: 'freshdesk',
    sign: basic('onqueue', {
      freshdesk_webhook: {
        ticket_id: 82,
        ticket_status: 'Closed',
        ticket_type: 'Queue access',
        ticket_requester_email: 'nils@acme.example',
      },
    }),
    type: 'freshdesk.event',
    subject: '82',
    rule: 'Closed in Freshdesk, for whoever asked',
    queue,
    extension: '2115',
  }),
  joins({
    title: 'Linear: done',
    to: 'linear',
    sign: linear({
      action: 'update',
      type: 'Issue',
      createdAt: '2026-11-20T12:00:00.000Z',
      organizationId: 'o1',
      data: {
        id: '2174add1',
        identifier: 'OPS-12',
        state: { id: 's1', name: 'Done', type: 'completed' },
        labels: [{ id: 'l1', name: 'queue-access' }],
        creator: { id: 'u1', email: 'olga@acme.example' },
      },
      updatedFrom: { stateId: 's0' },
    }),
    status: 200,
    type: 'Issue.update',
    subject: 'OPS-12',
    rule: 'Done in Linear, for whoever asked',
    queue,
    extension: '2116',
  }),
  joins({
    title: 'GitHub: labelled',
    to: 'github',
    sign: withHeaders(
      { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' },
      github({
        action: 'labeled',
        label: { name: 'queue-access' },
        issue: {
          id: 444500041,
          number: 7,
          state: 'open',
          user: { login: 'per' },
          labels: [{ name: 'queue-access' }],
          updated_at: '2026-11-20T12:00:00Z',
        },
        repository: { full_name: 'acme/phones' },
      }),
    ),
    type: 'issues.labeled',
    subject: 'acme/phones#7',
    rule: 'Labelled on GitHub, for whoever asked',
    queue,
    extension: '2117',
  }),
  joins({
    title: 'Zammad: closed',
    to: 'zammad',
    sign: withHeaders(
      { 'X-Zammad-Trigger': 'Queue access', 'X-Zammad-Delivery': 'a1b2c3' },
      zammad({
        ticket: {
          id: 81,
          number: '67081',
          title: 'Queue access',
          state: 'closed',
          updated_at: '2026-11-20T15:00:00.000Z',
          customer: { id: 4, email: 'sol@acme.example' },
          extension: '2161',
        },
        article: { id: 5, body: 'Approved.' },
      }),
    ),
    type: 'zammad.event',
    subject: '81',
    rule: 'Closed in Zammad, with the extension as an attribute of the ticket',
    queue,
    extension: '2161',
  }),
];
