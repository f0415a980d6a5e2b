/** The profiles of the AWS configuration files. */
import { loadSharedConfigFiles } from '@smithy/core/config';

/** Their names, sorted; none where there are no such files. */
export async function profileNames(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const found = [...Object.keys(configFile), ...Object.keys(credentialsFile)];
  // Sections of other kinds come with their kind before the name.
  return [...new Set(found)].filter((name) => !/^(sso-session|services)\./.test(name)).sort();
}
