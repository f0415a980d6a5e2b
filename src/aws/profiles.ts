/** The profiles of the AWS configuration files. */
import { loadSharedConfigFiles } from '@smithy/core/config';

/** Their names, sorted; none where there are no such files. */
export async function profileNames(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].sort();
}
