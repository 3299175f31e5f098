/** What a check found, and how a person reads it. */
import { plain } from '../parked/terminal.ts';

export interface Finding {
  /** `problem`: Onqueue will not work like this. `skipped`: nothing can be said. */
  readonly level: 'ok' | 'warning' | 'problem' | 'skipped';
  /** One word, the column that the sentences stand beside. */
  readonly about: 'server' | 'token' | 'key' | 'domain' | 'queue' | 'user' | 'people' | 'rule' | 'rest';
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** To ask any further would be in vain, or make it worse. */
  readonly final?: true;
}

const LEVEL_WIDTH = 9;
const ABOUT_WIDTH = 8;
const INDENT = ' '.repeat(LEVEL_WIDTH + ABOUT_WIDTH);

/** A long sentence goes on below, beside its column, and so does the remedy. */
export const line = ({ level, about, sentence, remedy }: Finding): string =>
  [
    `${level.padEnd(LEVEL_WIDTH)}${about.padEnd(ABOUT_WIDTH)}${wrapped(sentence, INDENT)}`,
    ...(remedy === undefined ? [] : [`${INDENT}-> ${wrapped(remedy, `${INDENT}   `)}`]),
  ].join('\n');

/** Lines of 90 characters, broken at spaces; a word that is longer stays whole. Some of it a server wrote. */
const wrapped = (text: string, indent: string): string =>
  (plain(text).match(/\S.{0,89}(?=\s|$)|\S+/g) ?? []).join(`\n${indent}`);

export const summary = (findings: readonly Finding[]): string => {
  const count = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const counts = `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`;
  return problems > 0
    ? `${counts} Mend what is a problem, then run it again.`
    : `${counts} To add an agent was not tried: this check changes nothing.`;
};

export const counted = (count: number, word: string): string =>
  `${count === 0 ? 'no' : count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** `a, b and c` */
export const listed = (words: readonly string[]): string => new Intl.ListFormat('en-GB').format(words);
