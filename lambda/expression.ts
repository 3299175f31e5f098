/** Expressions of onqueue.yaml: `{% JSONata %}`, the delimiters of AWS Step Functions; everything else is literal. */
import { createContext, Script } from 'node:vm';
import jsonata from 'jsonata';

const WHOLE = /^\s*\{%([\s\S]*)%\}\s*$/;

export const isExpression = (value: unknown): value is string =>
  typeof value === 'string' && WHOLE.test(value);

/** True for text that holds a delimiter but is not an expression as a whole: surely a slip of the pen. */
export const isHalfExpression = (value: string): boolean => !WHOLE.test(value) && /\{%|%\}/.test(value);

/** An expression of the operator's failed on this event, or a literal was given where none fits. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

export type Expression = (context: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Milliseconds of one evaluation, and of one search by a regular expression within it. */
const TIMEOUT_MS = 1_000;

/** JSONata looks at the clock between its steps, which a regular expression that backtracks never leaves: V8 ends it. */
class BoundedRegExp extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    let found: RegExpExecArray | null = null;
    const search = () => (found = super.exec(text));
    SEARCH.runInContext(createContext({ search }), { timeout: TIMEOUT_MS });
    return found;
  }
}
const SEARCH = new Script('search()');
const RegexEngine = new Proxy(RegExp, {
  construct: (_, [pattern]: [RegExp]) => new BoundedRegExp(pattern),
});

/** Bounds on one evaluation, so that a rule that runs away ends as an error of its own. */
const LIMITS = { timeout: TIMEOUT_MS, stack: 200, sequence: 100_000, RegexEngine };

/** The JSONata text between the delimiters. @throws ExpressionError where there are none */
export const bodyOf = (text: string): string => {
  const body = WHOLE.exec(text)?.[1];
  if (body === undefined) throw new ExpressionError('an expression stands between {% and %}');
  return body;
};

const plain = (value: unknown): unknown =>
  typeof value === 'string' || typeof value === 'boolean' ? value : JSON.parse(JSON.stringify(value));

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/**
 * Compiles once, evaluates often.
 *
 * @throws ExpressionError where the text is no JSONata (from `compile`), or where it fails on this context (from the
 *   expression). The message may hold values of the context: it belongs in the ledger, never in a log.
 */
export const compile = (text: string): Expression => {
  const body = bodyOf(text);
  const compiled = attempt(() => jsonata(body, LIMITS));
  return async (context) => {
    try {
      const result: unknown = await compiled.evaluate(context);
      // A JSONata sequence is an array with extras; outside it has to be plain data, and no function.
      return result === undefined ? undefined : plain(result);
    } catch (error) {
      throw new ExpressionError(messageOf(error));
    }
  };
};

const attempt = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new ExpressionError(messageOf(error));
  }
};
