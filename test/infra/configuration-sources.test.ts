import { test } from 'vitest';
import { expectProblems, good, GOOD } from './configuration-under-test.ts';
import type { Mistake } from './configuration-under-test.ts';

test.each<Mistake>([
  [
    'a source of an unknown type',
    good('type: eventbridge', 'type: workday'),
    [['17:11 sources.bus.type: ', 'must be one of: bamboohr, cloudevents, ']],
  ],
  [
    'a source without a type',
    good('    type: eventbridge\n', ''),
    [['16:3 sources.bus.type: type is missing', 'must be one of']],
  ],
  [
    'capitals in a source name',
    good('  hr:\n', '  HR:\n'),
    [['7:3 sources.HR: ', 'part of the webhook URL']],
  ],
  [
    'a source name that is a number',
    good('  hr:\n', '  12:\n'),
    [['7:3 sources.12: ', 'starts with a letter']],
  ],
  [
    'a source with a key of another type',
    good('    type: eventbridge\n', '    type: eventbridge\n    auth: { bearer: {} }\n'),
    [['18:5 sources.bus.auth: ', 'is not known here: type, pattern, bus']],
  ],
  [
    'an http source without auth',
    GOOD.replace(/ {4}auth:[^]*? {4}person:/, '    person:'),
    [['7:3 sources.hr.auth: auth is missing', 'must be one of: bearer']],
  ],
  [
    'auth as a word',
    GOOD.replace(/ {4}auth:[^]*? {4}person:/, '    auth: bearer\n    person:'),
    [['9:11 sources.hr.auth: ', 'must be one of: bearer: {}']],
  ],
  [
    'two kinds of auth',
    good('      hmac:', '      bearer: {}\n      hmac:'),
    [['9:5 sources.hr.auth: ', 'must be one of: bearer: {}']],
  ],
  [
    'an unknown kind of auth',
    GOOD.replace(/ {4}auth:[^]*? {4}person:/, '    auth: { oauth: {} }\n    person:'),
    [['9:5 sources.hr.auth: ', 'must be one of: bearer: {}']],
  ],
  [
    'a query parameter of no such name',
    GOOD.replace(/ {4}auth:[^]*? {4}person:/, '    auth: { query: { name: "a&b" } }\n    person:'),
    [['9:28 sources.hr.auth.query.name: ', 'must be the name of a query parameter']],
  ],
  [
    'Front without its kind',
    GOOD.replace(/ {4}type: eventbridge\n.*\n/, '    type: front\n'),
    [['16:3 sources.bus.kind: kind is missing: ', 'must be one of: rule, application']],
  ],
  [
    'a version of HubSpot that there is not',
    good('    type: eventbridge\n', '    type: hubspot\n    version: v4\n'),
    [
      ['18:14 sources.bus.version: ', 'v1, v2, v3'],
      ['19:5 sources.bus.pattern: ', 'is not known here'],
    ],
  ],
  [
    'a key pasted into the file',
    GOOD.replace(/ {4}auth:[^]*? {4}person:/, '    auth: { bearer: hunter2 }\n    person:'),
    [['9:21 sources.hr.auth.bearer: must be a mapping of keys to values', '']],
  ],
  [
    'a slip inside hmac',
    good('        signed:', '        algoritm: sha1\n        signed:'),
    [['12:9 sources.hr.auth.hmac.algoritm: ', 'algorithm is meant?']],
  ],
  [
    'an unknown algorithm',
    good('        signed:', '        algorithm: md5\n        signed:'),
    [['12:20 sources.hr.auth.hmac.algorithm: ', 'must be one of: sha1, sha256, sha512']],
  ],
  [
    'a time that is not signed',
    good('"{timestamp}.{body}"', '"{body}"'),
    [['13:9 sources.hr.auth.hmac.timestamp: ', 'a time that is not signed proves nothing']],
  ],
  [
    'a body that is not signed',
    good('"{timestamp}.{body}"', '"{timestamp}"'),
    [['12:17 sources.hr.auth.hmac.signed: ', 'must contain {body}']],
  ],
  [
    'a tolerance of a day',
    good('unit: s }', 'unit: s, tolerance: 86400 }'),
    [['13:58 sources.hr.auth.hmac.timestamp.tolerance: ', 'must be at most 3600']],
  ],
  [
    'a word that a person does not have',
    good('      email:', '      mail:'),
    [['15:7 sources.hr.person.mail: ', 'email is meant?']],
  ],
  [
    'a mapping that speaks of something else',
    good('body.mail', 'bdoy.mail'),
    [['15:14 sources.hr.person.email: ', '"bdoy" is not known here: body is']],
  ],
  [
    'an empty pattern',
    good('{ source: [acme.hr] }', '{}'),
    [['18:5 sources.bus.pattern: ', 'it would match every event']],
  ],
  [
    'a pattern that is text',
    good('{ source: [acme.hr] }', 'acme.hr'),
    [['18:14 sources.bus.pattern: ', 'must be an EventBridge pattern']],
  ],
])('refuses %s', (_title, content, expected) => {
  expectProblems(content, expected);
});
