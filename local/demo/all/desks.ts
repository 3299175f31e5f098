/** One event as each inbox, customer desk and incident desk sends it. */
import type { Step } from '../step.ts';
import {
  frontApplication,
  frontRule,
  helpscout,
  hubspotV1,
  hubspotV2,
  hubspotV3,
  intercom,
  pagerduty,
  withHeaders,
} from './signing.ts';
import { asks, joins } from './steps.ts';

const queue = '3500';

/** One property that somebody set, in the array that HubSpot sends. */
const hubspotChange = (objectId: number, extension: string) => [
  {
    eventId: 100 + objectId,
    subscriptionId: 7,
    portalId: 62515,
    appId: 54321,
    occurredAt: 1795168800000,
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId,
    changeSource: 'CRM',
    propertyName: 'call_queue_extension',
    propertyValue: extension,
  },
];
const hubspot = { type: 'contact.propertyChange', rule: 'HubSpot has a property for the extension', queue };

export const DESKS: readonly Step[] = [
  asks(
    'Intercom asks whether anybody is there',
    'intercom',
    { unsigned: { method: 'HEAD', headers: {}, body: '' } },
    { body: '' },
  ),
  joins({
    title: 'Intercom: a ticket is resolved',
    to: 'intercom',
    sign: intercom({
      type: 'notification_event',
      app_id: 'abc123',
      id: 'notif_01HABCDEFG',
      topic: 'ticket.state.updated',
      delivery_attempts: 1,
      created_at: 1795168800,
      data: {
        type: 'notification_event_data',
        item: {
          type: 'ticket',
          id: '441',
          ticket_id: '17',
          ticket_type: { name: 'Queue access' },
          ticket_state: 'resolved',
          ticket_attributes: { Extension: '2121' },
        },
      },
    }),
    status: 200,
    type: 'ticket.state.updated',
    subject: '441',
    rule: 'Resolved in Intercom, with the extension as an attribute',
    queue,
    extension: '2121',
  }),
  joins({
    title: 'PagerDuty: asked to respond',
    to: 'pagerduty',
    sign: pagerduty({
      event: {
        id: '5ac64822-4adc-4fda-ade0-410becf0de4f',
        event_type: 'incident.responder.added',
        resource_type: 'incident',
        occurred_at: '2026-11-20T18:42:00.000Z',
        data: {
          type: 'incident_responder',
          incident: { id: 'PGR0VU2', type: 'incident_reference' },
          user: { id: 'PTUXL6G', summary: 'Jo', type: 'user_reference' },
          state: 'pending',
        },
      },
    }),
    type: 'incident.responder.added',
    subject: 'PGR0VU2',
    rule: 'Responders of PagerDuty answer the incident line',
    queue,
    extension: '2122',
  }),
  joins({
    title: 'HubSpot v3: a property is set',
    to: 'hubspot',
    sign: hubspotV3(hubspotChange(31, '2131')),
    subject: '31',
    ...hubspot,
    extension: '2131',
  }),
  joins({
    title: 'HubSpot v2: a property is set',
    to: 'hubspot-v2',
    sign: hubspotV2(hubspotChange(32, '2132')),
    subject: '32',
    ...hubspot,
    extension: '2132',
  }),
  joins({
    title: 'HubSpot v1: a property is set',
    to: 'hubspot-v1',
    sign: hubspotV1(hubspotChange(33, '2133')),
    subject: '33',
    ...hubspot,
    extension: '2133',
  }),
  joins({
    title: 'Front, rule: tagged',
    to: 'front-rule',
    sign: frontRule({
      id: 'evt_55c8c149',
      type: 'tag',
      emitted_at: 1795168800.5,
      conversation: {
        id: 'cnv_55c8c149',
        status: 'assigned',
        recipient: { handle: 'omar@acme.example', role: 'from' },
        custom_fields: { Extension: '2141' },
      },
      target: { _meta: { type: 'tag' }, data: { id: 'tag_1', name: 'queue-access' } },
    }),
    type: 'tag',
    subject: 'cnv_55c8c149',
    rule: 'Tagged in Front, with the extension in a custom field',
    queue,
    extension: '2141',
  }),
  asks(
    'Front, application, asks whose URL it is',
    'front-application',
    {
      sign: withHeaders(
        { 'x-front-challenge': 'front-challenge' },
        frontApplication({ type: 'sync', authorization: { id: 'cmp_abc' } }),
      ),
    },
    { body: '{"challenge":"front-challenge"}' },
  ),
  joins({
    title: 'Front, application: tagged',
    to: 'front-application',
    sign: frontApplication({
      type: 'tag_added',
      authorization: { id: 'cmp_abc' },
      payload: {
        id: 'evt_55c8c150',
        type: 'tag',
        emitted_at: 1795168800.5,
        conversation: {
          id: 'cnv_55c8c150',
          status: 'assigned',
          recipient: { handle: 'pia@acme.example', role: 'from' },
        },
        target: { _meta: { type: 'tag' }, data: { id: 'tag_1', name: 'queue-access' } },
      },
    }),
    type: 'tag_added',
    subject: 'cnv_55c8c150',
    rule: 'Tagged in Front, for whoever wrote',
    queue,
    extension: '2142',
  }),
  joins({
    title: 'Help Scout: a custom field is set',
    to: 'helpscout',
    sign: withHeaders(
      { 'X-HelpScout-Event': 'convo.custom-fields' },
      helpscout({
        id: 123,
        number: 15473,
        type: 'email',
        status: 'closed',
        mailboxId: 85,
        createdBy: { id: 12, type: 'customer', email: 'remy@acme.example' },
        createdAt: '2026-11-20T14:39:56Z',
        userUpdatedAt: '2026-11-20T14:43:24Z',
        customFields: [{ id: 6688, name: 'Extension', value: '2151' }],
      }),
    ),
    type: 'conversation',
    subject: '123',
    rule: 'Closed in Help Scout, with the extension in a custom field',
    queue,
    extension: '2151',
  }),
];
