/** `<Region>_<id>`. Cognito API Reference, "UserPoolType": `[\w-]+_[0-9a-zA-Z]+`, up to 55 characters. */

export const isPoolId = (id: string): boolean => id.length <= 55 && /^[\w-]+_[0-9a-zA-Z]+$/.test(id);

/** The part before the "_"; undefined where there is none that a Region can be called. */
export const regionIn = (id: string): string | undefined => /^([a-z0-9-]+)_/.exec(id)?.[1];
