/** What is used of NetSapiens' resources: their fields, and how a list or a single one is read. Pure. */
import * as z from 'zod';

/** Nothing that is left out, null or of another kind makes a row useless. */
const text = z.string().optional().catch(undefined);

export const agentRows = z.array(z.object({ 'callqueue-agent-id': z.string() }));

export const queueRow = z.object({
  callqueue: z.string(),
  description: text,
  'callqueue-dispatch-type': text,
});

export const userRow = z.object({
  /** The extension. */
  user: z.string().min(1),
  domain: text,
  'name-first-name': text,
  'name-last-name': text,
  /** May hold several addresses, split by ";". */
  'email-address': text,
  'service-code': text,
});
export type UserRow = z.infer<typeof userRow>;

export const deviceRow = z.object({ device: z.string().min(1) });
export const countRow = z.object({ total: z.int().min(0) });

/** The rows that can be read: one that cannot costs the others nothing. */
export const rowsOf = <Row>(rows: readonly unknown[], schema: z.ZodType<Row>): Row[] =>
  rows.flatMap((each) => {
    const row = schema.safeParse(each);
    return row.success ? [row.data] : [];
  });

/** One resource, alone or in a list of one. Where there is none, a 200 may come that is empty in one way or another. */
export const one = <Row, Found>(
  json: unknown,
  schema: z.ZodType<Row>,
  found: (row: Row) => Found,
): Found | { readonly kind: 'none' } | undefined => {
  if (json === null || (typeof json === 'object' && Object.keys(json).length === 0)) return { kind: 'none' };
  const row = schema.safeParse(Array.isArray(json) ? json[0] : json);
  return row.success ? found(row.data) : undefined;
};
