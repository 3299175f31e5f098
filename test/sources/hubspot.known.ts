import type { Known } from './known.ts';
import { post } from './request.ts';

/** legacydocs.hubspot.com, "Validating the v1 request signature" and its page about v2. */
const key = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const seconds = 1700000000;
const changes =
  '[{"eventId":100,"subscriptionId":7,"portalId":1,"occurredAt":1700000000000,"subscriptionType":"ticket.propertyChange","attemptNumber":0,"objectId":42,"propertyName":"queue","propertyValue":"3000"},{"eventId":101,"subscriptionId":8,"portalId":1,"occurredAt":1700000000000,"subscriptionType":"object.propertyChange","objectTypeId":"0-1","attemptNumber":0,"objectId":43,"propertyName":"email","propertyValue":"jane@acme.example"}]';
const signed = (signature: string) => ({
  'X-HubSpot-Signature-v3': signature,
  'X-HubSpot-Request-Timestamp': '1700000000000',
});
const events = [
  {
    id: '100/7/42/1700000000000',
    type: 'ticket.propertyChange',
    subject: '42',
    time: '2023-11-14T22:13:20.000Z',
    data: { ticket: { id: '42', fields: { queue: '3000' } } },
  },
  {
    id: '101/8/43/1700000000000',
    type: 'object.propertyChange',
    data: { person: { id: '43', email: 'jane@acme.example', changedFields: ['email'] } },
  },
];

export default [
  {
    title: "v1, HubSpot's own example",
    source: { type: 'hubspot', version: 'v1' },
    key,
    request: post(
      '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
      {
        'X-HubSpot-Signature-Version': 'v1',
        'X-HubSpot-Signature': '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
      },
    ),
    events: [{ id: '1/12345/123/1564113600000', type: 'contact.creation', data: { person: { id: '123' } } }],
  },
  {
    title: "v2, HubSpot's own example",
    source: { type: 'hubspot', version: 'v2' },
    key,
    request: {
      ...post('{"example_field":"example_value"}', {
        'X-HubSpot-Signature-Version': 'v2',
        'X-HubSpot-Signature': '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
      }),
      url: 'https://www.example.com/webhook_uri',
    },
    events: [{ type: 'any.unrecognized', data: { payload: { example_field: 'example_value' } } }],
  },
  {
    title: 'v3 (by openssl)',
    source: { type: 'hubspot', version: 'v3' },
    key,
    seconds,
    request: post(changes, signed('xacCB9d4GXsNycgj1yBEa6H6kr6jYIXu9gU8LoFsXa4=')),
    events,
  },
  {
    title: 'v3, with a query that is decoded in part (by openssl)',
    source: { type: 'hubspot', version: 'v3' },
    key,
    seconds,
    request: {
      ...post(changes, signed('tby2JjeS1PLQJpLshBCeHOtPMiePa4sH/LtYDxxc3CI=')),
      // Signed as ...?a=b:c/d%20e
      url: 'https://hooks.example.com/webhooks/crm?a=b%3Ac%2fd%20e',
    },
    events,
  },
] satisfies Known[];
