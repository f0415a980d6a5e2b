/** A user pool's ID. */

/** AWS's own pattern is `[\w-]+_[0-9a-zA-Z]+` (API Reference, "UserPoolType"); what stands before the "_" is a Region. */
const pattern = /^([a-z0-9-]+)_[0-9a-zA-Z]+$/;
const longest = 55;

/** The Region in the ID; undefined for what is no user pool's ID. Regions are added every year, so none is looked up. */
export const regionInPoolId = (id: string): string | undefined =>
  id.length > longest ? undefined : pattern.exec(id)?.[1];
