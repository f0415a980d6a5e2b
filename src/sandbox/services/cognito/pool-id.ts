/**
 * User pool IDs have the form `<Region>_<id>`.
 * Cognito API Reference, "UserPoolType": `[\w-]+_[0-9a-zA-Z]+`, up to 55 characters.
 */

export const isPoolId = (id: string): boolean => id.length <= 55 && /^[\w-]+_[0-9a-zA-Z]+$/.test(id);

/** The part before the "_". Undefined if it cannot be the name of a Region. */
export const regionIn = (id: string): string | undefined => /^([a-z0-9-]+)_/.exec(id)?.[1];
