/**
 * A text with its `{places}` filled.
 * @throws Error for a place without a value: a defect
 */
export function say(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, place: string) => {
    const value = Object.hasOwn(values, place) ? values[place] : undefined;
    if (value === undefined) throw new Error(`"${place}" has no value in "${text}"`);
    return String(value);
  });
}
