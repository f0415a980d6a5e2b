/** The profiles of the AWS configuration files. */
import { loadSharedConfigFiles } from '@smithy/core/config';

/** Names of the profiles, sorted. Empty if the files don't exist. */
export async function profileNames(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const found = [...Object.keys(configFile), ...Object.keys(credentialsFile)];
  // Sections of other kinds have their kind before the name.
  return [...new Set(found)].filter((name) => !/^(sso-session|services)\./.test(name)).sort();
}
