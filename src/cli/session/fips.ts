/** Whether the function must use FIPS endpoints in the old pool's Region. */
import type { Side } from '../../aws/clients.ts';
import type { OwnFunction } from '../../aws/function/read.ts';
import { settingsOf } from '../../steps/settings-text.ts';

/** Whether these settings tell the function to use FIPS endpoints. */
export const hasFips = (settings: string | undefined): boolean => settingsOf(settings)?.useFips === true;

/**
 * Whether the settings must tell the function to use FIPS endpoints.
 * In GovCloud it does so by itself, because Cognito has no other endpoints there.
 * Elsewhere it follows the person's own setting (AWS_USE_FIPS_ENDPOINT, use_fips_endpoint).
 * It keeps that setting when a person without one runs init.
 */
export async function needsFips({ region, idp }: Side, { variables }: OwnFunction): Promise<boolean> {
  if (region.startsWith('us-gov-')) return false;
  return hasFips(variables?.MIGRATION_SETTINGS) || idp.config.useFipsEndpoint();
}
