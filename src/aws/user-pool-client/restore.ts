import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Difference } from '../lossless-update/index.ts';
import { clientDifferences } from './compare.ts';
import { type ClientImage, readClient } from './read.ts';
import { clientRequest } from './request.ts';
import { type ClientUpdated, type ClientUpdateOptions, clientIds, updateClient } from './update.ts';

/**
 * What {@link restoreClient} would put back: each setting that is not as in the image, as it is now (`before`) and as it was.
 * @throws what AWS answered, untranslated (ResourceNotFoundException when the client is gone).
 */
export async function clientRestoration(
  idp: CognitoIdentityProviderClient,
  image: ClientImage,
): Promise<Difference[]> {
  const { poolId, clientId } = clientIds(image);
  return clientDifferences(await readClient(idp, poolId, clientId), image);
}

/**
 * Writes a before-image of a client back, all of it. Only on request: it undoes everything that anybody has changed since.
 * @returns the client, and what was put back (empty: nothing was different, and nothing was written).
 * @throws as setPasswordFlow does.
 */
export async function restoreClient(
  idp: CognitoIdentityProviderClient,
  image: ClientImage,
  options: ClientUpdateOptions = {},
): Promise<ClientUpdated & { readonly restored: readonly Difference[] }> {
  const { poolId, clientId } = clientIds(image);
  const present = await readClient(idp, poolId, clientId);
  const restored = clientDifferences(present, image);
  if (restored.length === 0) return { after: present, verified: 0, restored };
  const done = await updateClient(
    idp,
    present,
    image,
    () => clientRequest(image.raw, options.rules),
    options,
  );
  return { ...done, restored };
}
