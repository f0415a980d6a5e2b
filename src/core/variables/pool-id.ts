/** The ID of a user pool. */

/**
 * The AWS pattern is `[\w-]+_[0-9a-zA-Z]+` (API Reference, "UserPoolType").
 * The part before "_" is a Region.
 */
const pattern = /^([a-z0-9-]+)_[0-9a-zA-Z]+$/;
const longest = 55;

/**
 * The Region in the ID. Undefined if this is not a user pool ID.
 * Does not check a list of Regions, because AWS adds Regions every year.
 */
export const regionInPoolId = (id: string): string | undefined =>
  id.length > longest ? undefined : pattern.exec(id)?.[1];
