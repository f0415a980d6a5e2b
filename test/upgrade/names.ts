/** Words in double braces stand in a fixture for what is another one each time: IDs, folders, addresses. */

/** Values by name. */
export type Names = Readonly<Record<string, string>>;

/** A fixture's text with the values of this run. Throws for a name that has none. */
export const fillNames = (text: string, names: Names): string =>
  text.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`The fixture names ${name}, which is unknown here`);
    return value;
  });

/** The other way round. The longest values first: one may be part of another. */
export const hideNames = (text: string, names: Names): string =>
  Object.entries(names)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((hidden, [name, value]) => hidden.replaceAll(value, `{{${name}}}`), text);
