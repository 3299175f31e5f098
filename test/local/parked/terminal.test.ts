import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parkedMessage } from '../../../local/parked/message.ts';
import type { Summary } from '../../../local/parked/message.ts';
import { describe as described, table, wholeJson } from '../../../local/parked/terminal.ts';

const SUMMARY: Summary = {
  id: '6f1c2b3a-0000-4000-8000-00000000000a',
  parkedAt: '2026-11-21T09:30:00.000Z',
  firstReceivedAt: '2026-11-20T08:00:00.000Z',
  owner: 'event',
  code: 'not-found',
  reason: 'there is no user 1009 in the domain acme.example, and there never was',
  attempts: 3,
  group: 'a',
  source: 'bamboohr',
  type: 'hired',
  subject: 'jane',
  eventId: 'e-1',
};

test.each([
  [80, 'there is no user 10…'],
  [100, 'there is no user 1009 in t…'],
  [200, 'there is no user 1009 in the domain acme.example, and there never was'],
  [undefined, 'there is no user 1009 in the domain acme.example, and there never was'],
])('on a terminal of %s columns', (columns, reason) => {
  expect(table([SUMMARY], columns)).toBe(
    [
      'id        parked (UTC)      owner  code       source    type   attempts  reason',
      `6f1c2b3a  2026-11-21 09:30  event  not-found  bamboohr  hired  3         ${reason}`,
    ].join('\n'),
  );
});

test('a long type is cut on a terminal, and not where the text goes elsewhere', () => {
  const type = 'com.example.people.employee.hired.v1';
  expect(table([{ ...SUMMARY, type }], 200)).toContain('  com.example.people.empl…  ');
  expect(table([{ ...SUMMARY, type }], undefined)).toContain(`  ${type}  `);
});

/** Clears the screen, types on, turns the writing; as one byte, as one character of C1, as Unicode. */
const NASTY = '\u001b[2J\u0007\u009b2J\u202egnp.exe\u2066\u007f\r\nsecond line';

test('nothing that a sender wrote steers the terminal', () => {
  const nasty = { ...SUMMARY, type: NASTY, source: NASTY, reason: NASTY };
  const message = { summary: nasty, receiptHandle: '', idBefore: '' };
  const texts = [
    table([nasty], 200),
    table([nasty], undefined),
    ...[JSON.stringify({ a: NASTY }), NASTY].flatMap((body) => [
      described({ ...message, body }),
      wholeJson({ ...message, body }),
    ]),
  ];
  for (const text of texts) {
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toContain('second line');
  }
});

test('the whole of a message comes back out of its JSON, event or not', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constant(NASTY)), (body) => {
      const message = parkedMessage({ MessageId: 'm', Body: body, Attributes: { SentTimestamp: '0' } });
      const whole = JSON.parse(wholeJson(message)) as { event?: unknown; text?: string };
      if ('event' in whole) expect(whole.event).toEqual(JSON.parse(body));
      else expect(whole.text).toBe(body);
    }),
  );
});

test('numbers that JavaScript cannot hold come out as they were', () => {
  const body = '{"id":12345678901234567890.10}';
  expect(wholeJson({ summary: SUMMARY, receiptHandle: '', idBefore: '', body })).toContain(
    ',"event":{"id":12345678901234567890.10}}',
  );
});
