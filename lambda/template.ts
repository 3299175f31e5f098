/** The two kinds of value that onqueue.yaml takes where an event may speak: an expression, and a literal or an expression. */
import * as z from 'zod';
import { compile, isExpression, isHalfExpression } from './expression.ts';

export const expression = z
  .string({ error: 'must be an expression in quotes: "{% ... %}"' })
  .check(({ value, issues }) => {
    const problem = isExpression(value) ? syntaxProblem(value) : 'must be an expression: "{% ... %}"';
    if (problem) issues.push({ code: 'custom', input: value, message: problem });
  });

function syntaxProblem(text: string): string | undefined {
  try {
    compile(text);
    return undefined;
  } catch (error) {
    return `is not JSONata: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A literal or an expression. */
export const template = z.string().check(({ value, issues }) => {
  const problem = isHalfExpression(value)
    ? 'an expression must be the whole value: "{% ... %}" with nothing around it (join texts inside with &)'
    : isExpression(value)
      ? syntaxProblem(value)
      : undefined;
  if (problem) issues.push({ code: 'custom', input: value, message: problem });
});
