/** Medians and spread: what is printed of a series of measurements. */

export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The value below which the share `q` of the series lies, between two values in proportion. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError('a series without values has none');
  return below + (above - below) * (place - Math.floor(place));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `52 (50 to 55)`: the median, and the quartiles, between which half of the values lie. */
export const spread = (values: readonly number[], digits: number): string => {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(values, q).toFixed(digits));
  return `${String(middle)} (${String(low)} to ${String(high)})`;
};

/** Of each round: by how much the one is slower than the other, which ran just before or after it. */
export const ratios = (values: readonly number[], base: readonly number[]): number[] =>
  values.map((value, round) => value / (base[round] ?? Number.NaN));
