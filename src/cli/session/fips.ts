/** Which endpoints of the old pool's Region the function is to use. */
import type { Side } from '../../aws/clients.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { settingsOf } from '../../steps/settings-text.ts';

/** What these settings tell the function. */
export const hasFips = (settings: string | undefined): boolean => settingsOf(settings)?.useFips === true;

/**
 * Whether the function must be told to use FIPS endpoints: in GovCloud, where Cognito has no others, it does so by itself. Elsewhere
 * it follows the person's own setting (AWS_USE_FIPS_ENDPOINT, use_fips_endpoint), and keeps to it when somebody without one comes.
 */
export async function needsFips({ region, idp }: Side, { variables }: OwnFunction): Promise<boolean> {
  if (region.startsWith('us-gov-')) return false;
  return hasFips(variables?.MIGRATION_SETTINGS) || idp.config.useFipsEndpoint();
}
