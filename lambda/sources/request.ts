/** An HTTP request as a sender made it, and what stands where in it. */

export interface SignedRequest {
  readonly method: string;
  /** The URL that the sender called, with its query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: JSON that was parsed and written again has another signature. */
  readonly body: Uint8Array;
}

/** A header's value, or undefined; names like `constructor` find nothing. */
export const headerOf = ({ headers }: Pick<SignedRequest, 'headers'>, name: string): string | undefined => {
  const key = name.toLowerCase();
  return Object.hasOwn(headers, key) ? headers[key] : undefined;
};

/** A parameter of the query, decoded; undefined where it is missing, and where it comes twice. */
export const queryOf = ({ url }: Pick<SignedRequest, 'url'>, name: string): string | undefined => {
  const start = url.indexOf('?');
  if (start < 0) return undefined;
  const [value, another] = new URLSearchParams(url.slice(start + 1)).getAll(name);
  return another === undefined ? value : undefined;
};

/** `application/json` of `Application/JSON; charset=utf-8`; empty where there is none. */
export const mediaTypeOf = (request: Pick<SignedRequest, 'headers'>): string =>
  (headerOf(request, 'content-type') ?? '').split(';', 1).join('').trim().toLowerCase();
