/** The JSON of a text, or undefined where it is none: the parser's own message would quote the text. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
