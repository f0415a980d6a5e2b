import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Difference } from '../../core/json.ts';
import type { WriteOptions } from '../lossless-update/index.ts';
import { clientDifferences } from './compare.ts';
import { type ClientImage, readClient } from './read.ts';
import { clientRequest } from './request.ts';
import { type ClientUpdated, clientIds, updateClient } from './update.ts';

/**
 * The changes that {@link restoreClient} would make.
 * Lists each setting that differs from the snapshot, with its current value (`actual`) and its value in the
 * snapshot (`expected`).
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the client is gone).
 */
export async function clientRestoration(
  idp: CognitoIdentityProviderClient,
  image: ClientImage,
): Promise<Difference[]> {
  const { poolId, clientId } = clientIds(image);
  return clientDifferences(await readClient(idp, poolId, clientId), image);
}

/**
 * Writes the whole snapshot of a client back.
 * Runs only on request, because it undoes everyone's changes since the snapshot.
 * @returns The client, and the settings that were put back. If nothing differed, there are none, and nothing
 * was written.
 * @throws The same errors as setPasswordFlow.
 */
export async function restoreClient(
  idp: CognitoIdentityProviderClient,
  image: ClientImage,
  options: WriteOptions,
): Promise<ClientUpdated & { readonly restored: readonly Difference[] }> {
  const { poolId, clientId } = clientIds(image);
  const present = await readClient(idp, poolId, clientId);
  const restored = clientDifferences(present, image);
  if (restored.length === 0) return { after: present, verified: 0, restored };
  const done = await updateClient(idp, present, image, () => clientRequest(image.raw), options);
  return { ...done, restored };
}
