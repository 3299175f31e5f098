import { describe, expect, it, test } from 'vitest';
import { own, readBody, UnreadableBody } from '../../lambda/sources/body.ts';
import { post } from './request.ts';

describe('a property of the value itself', () => {
  it.each(['toString', 'constructor', 'hasOwnProperty', '__proto__'])('%s of every object is none', (key) => {
    expect(own({}, key)).toBeUndefined();
  });

  it.each(['toString', 'constructor', '__proto__'])('%s that the sender wrote is one', (key) => {
    const value: unknown = JSON.parse(`{"${key}":"Approved"}`);
    expect(own(value, key)).toBe('Approved');
  });

  it('is not inherited from what the sender calls __proto__', () => {
    expect(own(JSON.parse('{"__proto__":{"role":"admin"}}'), 'role')).toBeUndefined();
  });

  it.each([[undefined], [null], ['text'], [7], [['list']]])('%j has none', (value) => {
    expect(own(value, 'length')).toBeUndefined();
  });
});

describe('a body', () => {
  const form = (body: string | Uint8Array, type = 'application/x-www-form-urlencoded') =>
    readBody(post(body, { 'Content-Type': type }));

  it.each([
    ['event_name=employee.hired&id=7', { event_name: 'employee.hired', id: '7' }],
    ['name=Zo%C3%AB+Doe&empty=&flag', { name: 'Zoë Doe', empty: '', flag: '' }],
    ['a=1&a=2', { a: '2' }],
    ['', {}],
  ])('the form %s', (body, fields) => {
    expect(form(body)).toEqual(fields);
    expect(form(body, 'Application/X-WWW-Form-urlencoded; charset=utf-8')).toEqual(fields);
  });

  it('is a form in which __proto__ is a field like any other', () => {
    const fields = form('__proto__=x&a=1');
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(own(fields, '__proto__')).toBe('x');
  });

  it('is JSON whatever else the content type says', () => {
    for (const type of ['application/json', 'text/plain', ''])
      expect(form('{"a":1}', type)).toEqual({ a: 1 });
  });
});

test('a form that is not UTF-8 is unreadable', () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(() => readBody(post(Buffer.from([0x61, 0x3d, 0xff]), type))).toThrow(UnreadableBody);
});
