/** The only reader of process.env. */
import { ENVIRONMENT } from './names.ts';
import type { EnvironmentOf, FunctionName } from './names.ts';

/** @throws Error that names every variable that is missing, at once */
export const environment = <Name extends FunctionName>(
  name: Name,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): EnvironmentOf<Name> => {
  const wanted: readonly string[] = ENVIRONMENT[name];
  const found = Object.fromEntries(wanted.map((key) => [key, variables[key]]));
  if (!isComplete<Name>(found)) {
    const missing = wanted.filter((key) => !found[key]);
    throw new Error(`${name}: environment variables are missing: ${missing.join(', ')}`);
  }
  return found;
};

const isComplete = <Name extends FunctionName>(
  found: Readonly<Record<string, string | undefined>>,
): found is EnvironmentOf<Name> => Object.values(found).every((value) => value !== undefined && value !== '');
