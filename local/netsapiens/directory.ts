/** A directory of any size, always the same, with the traps of real ones in it. */
import type { User } from './agent.ts';

const FIRST = ['Ada', 'Ben', 'Cleo', 'Dana', 'Eli', 'Fay', 'Gil', 'Hana', 'Ian', 'June', 'Kai', 'Lena'];
const LAST = [
  'Ames',
  'Brook',
  'Cole',
  'Dunn',
  'Eaton',
  'Frost',
  'Gray',
  'Holt',
  'Ito',
  'Jones',
  'Kemp',
  'Lund',
];
const DEPARTMENTS = ['Support', 'Sales', 'Returns', 'Night', ''];

/** Extensions of people count from here, and those of the system's own records from 4000: queues have 3000 on. */
const FIRST_EXTENSION = 10_000;
const FIRST_SYSTEM_EXTENSION = 4_000;
const PEOPLE_PER_SYSTEM_RECORD = 100;

const addressOf = (first: string, last: string, round: number, domain: string): string =>
  `${first}.${last}${round === 0 ? '' : round + 1}@${domain}`;

const personOf = (i: number, domain: string): User => {
  const first = FIRST[i % FIRST.length] ?? '';
  const last = LAST[Math.floor(i / FIRST.length) % LAST.length] ?? '';
  const extension = String(FIRST_EXTENSION + i);
  const written = addressOf(first, last, Math.floor(i / (FIRST.length * LAST.length)), domain);
  const address = i % 11 === 10 ? written : written.toLowerCase();
  const department = DEPARTMENTS[i % DEPARTMENTS.length] ?? '';
  return {
    user: extension,
    'name-first-name': first,
    'name-last-name': last,
    'email-address': i % 50 === 49 ? '' : i % 7 === 6 ? `${address};e${extension}@${domain}` : address,
    department,
    ...(i % 5 === 4 ? { devices: [extension, `${extension}wp`] } : {}),
  };
};

/**
 * So many people, from extension 10000 on. Names repeat after 144 people, addresses never. Every 7th person has two
 * addresses in the one field, every 11th has capitals in theirs, every 50th has none, every 5th has a second phone.
 * After every hundredth comes a record of the system, with the address of the first person of that hundred.
 */
export const directoryOf = (people: number, domain = 'acme.example'): User[] => {
  const rows: User[] = [];
  for (let i = 0; i < people; i++) {
    rows.push(personOf(i, domain));
    if (i % PEOPLE_PER_SYSTEM_RECORD !== PEOPLE_PER_SYSTEM_RECORD - 1) continue;
    const hundred = Math.floor(i / PEOPLE_PER_SYSTEM_RECORD);
    rows.push({
      user: String(FIRST_SYSTEM_EXTENSION + hundred),
      'name-first-name': 'Auto Attendant',
      'email-address': personOf(hundred * PEOPLE_PER_SYSTEM_RECORD, domain)['email-address'] ?? '',
      'user-scope': 'No Portal',
      'service-code': 'system-aa',
      devices: [],
    });
  }
  return rows;
};
