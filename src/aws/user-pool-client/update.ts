import {
  type CognitoIdentityProviderClient,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, CheckError } from '../../core/errors.ts';
import { type Difference, type JsonObject, stringAt, withKey } from '../../core/json.ts';
import { isNamed } from '../errors.ts';
import type { FlowRecord } from '../function/flow-records.ts';
import {
  asAnswered,
  countSettings,
  guardedWrite,
  onlyOnce,
  onlyOnceOptions,
  rawRequest,
  rawRequestOptions,
  readUntil,
  replacedOnTheWire,
  SettingsDiffer,
  type WriteOptions,
  withoutEmptyTexts,
} from '../lossless-update/index.ts';
import { clientChangedSince, clientDifferences, clientKeysThatAreNoSettings } from './compare.ts';
import { clientFields, neverEmptyClientTexts, readOnlyClientFields } from './fields.ts';
import { flowsWithPassword, passwordFlow } from './flows.ts';
import { type ClientSnapshot, type RawClient, readClient } from './read.ts';
import { undoFlow } from './undo.ts';

export interface ClientUpdated {
  readonly after: ClientSnapshot;
  /** Number of settings that were compared after the write and are unchanged. */
  readonly verified: number;
}

/** Turns the password flow on, or undoes that according to the record from when it was turned on. */
export type FlowChange = 'add' | { readonly undo: FlowRecord };

/**
 * Turns the password flow of a client on, or undoes that, and changes nothing else.
 * Reads the client, and refuses if it differs from the plan. Writes the whole configuration back with the one
 * change, reads again, and compares everything. The client's secret isn't part of the request, which doesn't
 * affect it (AWS API reference, UpdateUserPoolClient). If there is nothing to change, writes nothing.
 * @param before The read that the plan is based on. Save its `raw` before this call.
 * @throws ConcurrentChange if the client was changed since `before` (nothing was written; see
 * replanOnChange). SettingsDiffer if another setting differs afterwards. Otherwise, AWS's own error.
 */
export function setPasswordFlow(
  idp: CognitoIdentityProviderClient,
  before: ClientSnapshot,
  change: FlowChange,
  options: WriteOptions,
): Promise<ClientUpdated> {
  const flows = wantedFlows(before, change);
  if (flows === undefined) return Promise.resolve({ after: before, verified: countClient(before.raw) });
  const wanted: RawClient = { raw: withFlows(before.raw, flows) };
  const body = (now: RawClient) => withFlows(clientRequest(now.raw), flows);
  return updateClient(idp, before, wanted, body, options);
}

/** The flows to write. Undefined if the current ones are right. */
function wantedFlows({ client }: ClientSnapshot, change: FlowChange): readonly string[] | undefined {
  if (change === 'add') return passwordFlow(client).enabled ? undefined : flowsWithPassword(client);
  const undo = undoFlow(client, change.undo);
  return undo.action === 'write' ? undo.flows : undefined;
}

/** The common part of every UpdateUserPoolClient of this program. */
export async function updateClient(
  idp: CognitoIdentityProviderClient,
  before: ClientSnapshot,
  wanted: RawClient,
  body: (now: RawClient) => JsonObject,
  options: WriteOptions,
): Promise<ClientUpdated> {
  const { poolId, clientId } = clientIds(before);
  const what = `The app client ${clientId} of ${poolId}`;
  refuseWithheld(before, what);
  const read = () => readClient(idp, poolId, clientId);
  await guardedWrite(
    {
      before,
      what,
      read,
      changed: clientChangedSince,
      arrived: (now) => clientDifferences(now, wanted).length === 0,
      send: (now) => sendClientUpdate(idp, body(now)),
    },
    options,
  );
  const after = await readUntil(read, (now) => clientDifferences(now, wanted).length === 0, options);
  const found = clientDifferences(after, wanted);
  if (found.length > 0) throw new SettingsDiffer(what, found);
  return { after, verified: countClient(wanted.raw) };
}

/** Sends an UpdateUserPoolClient with exactly this body, once. */
async function sendClientUpdate(idp: CognitoIdentityProviderClient, body: JsonObject): Promise<void> {
  const command = new UpdateUserPoolClientCommand({
    UserPoolId: replacedOnTheWire,
    ClientId: replacedOnTheWire,
  });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await asAnswered(idp.send(command));
}

/** A setting that isn't in the snapshot cannot be written back, and omitting it would reset it. */
function refuseWithheld({ withheld }: ClientSnapshot, what: string): void {
  if (withheld.length === 0) return;
  throw new CheckError(
    `${what} has settings that this version does not know and that may be secrets. It was not changed.`,
    {
      code: 'UNKNOWN_SECRET_SETTING',
      found: withheld,
      hint: ['Use the newest version: npx cognito-migrate@latest'],
    },
  );
}

/** The IDs in a client's snapshot. */
export function clientIds({ raw }: RawClient): { poolId: string; clientId: string } {
  const poolId = stringAt(raw, 'UserPoolId');
  const clientId = stringAt(raw, 'ClientId');
  if (poolId === undefined || clientId === undefined) {
    throw new AwsError('DescribeUserPoolClient answered without the IDs of the client.', {
      code: 'EMPTY_ANSWER',
    });
  }
  return { poolId, clientId };
}

function countClient(raw: JsonObject): number {
  return countSettings(raw, clientKeysThatAreNoSettings);
}

/** AWS's errors for a client that has a wrong reference or setting. */
const configurationErrors = [
  'InvalidParameterException',
  'ScopeDoesNotExistException',
  'InvalidOAuthFlowException',
  'FeatureUnavailableInTierException',
];

/**
 * The error for an app client whose own configuration AWS refuses.
 * The request holds the client as it was read, plus the flow. So the part that AWS refuses was broken before.
 * It refers to something that was deleted since, such as an identity provider or a scope.
 * @param others IDs of the other app clients of the migration.
 */
export function brokenClient(error: unknown, clientId: string, others: readonly string[]): unknown {
  if (!(error instanceof Error) || !isNamed(error, ...configurationErrors)) return error;
  const rest = others.map((id) => ` --new-client-id ${id}`).join('');
  return new AwsError(`AWS refuses this app client's own configuration: ${error.message}`, {
    code: 'AWS_REFUSED',
    found: error.name,
    hint: [
      'It refers to something that was deleted, or was never valid. Nothing of this app client was changed.',
      'Repair it in the new pool, and run the same command again. Or continue without it:',
      rest === '' ? `init  without  --new-client-id ${clientId}` : `cognito-migrate init${rest}`,
    ],
    cause: error,
  });
}

/**
 * The changes that {@link restoreClient} would make.
 * Lists each setting that differs from the snapshot, with its current value (`actual`) and its value in the
 * snapshot (`expected`).
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the client is gone).
 */
export async function clientRestoration(
  idp: CognitoIdentityProviderClient,
  snapshot: RawClient,
): Promise<Difference[]> {
  const { poolId, clientId } = clientIds(snapshot);
  return clientDifferences(await readClient(idp, poolId, clientId), snapshot);
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
  snapshot: RawClient,
  options: WriteOptions,
): Promise<ClientUpdated & { readonly restored: readonly Difference[] }> {
  const { poolId, clientId } = clientIds(snapshot);
  const present = await readClient(idp, poolId, clientId);
  const restored = clientDifferences(present, snapshot);
  if (restored.length === 0) return { after: present, verified: 0, restored };
  const done = await updateClient(idp, present, snapshot, () => clientRequest(snapshot.raw), options);
  return { ...done, restored };
}

/**
 * The body of an UpdateUserPoolClient that changes nothing.
 * @param raw DescribeUserPoolClient's answer, with every key except the secret.
 */
export function clientRequest(raw: JsonObject): JsonObject {
  const isSent = (key: string) =>
    Object.hasOwn(clientFields, key) || !Object.hasOwn(readOnlyClientFields, key);
  // AWS-JSON writes "absent" as null.
  const sent = Object.entries(raw).filter(([key, value]) => value !== null && isSent(key));
  return withoutEmptyTexts(Object.fromEntries(sent), neverEmptyClientTexts);
}

/** The same body with these flows. Omits an empty list, which requests AWS's default. */
export function withFlows(json: JsonObject, flows: readonly string[]): JsonObject {
  return withKey(json, 'ExplicitAuthFlows', flows.length === 0 ? undefined : flows);
}
