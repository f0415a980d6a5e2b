/**
 * Published versions and aliases.
 * Lambda Developer Guide, "Manage Lambda function versions" and "Create an alias for a Lambda function".
 */
import { randomUUID } from 'node:crypto';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { describe, revisionId } from './describe.ts';
import { checkRevision, refuseWhileBusy } from './functions.ts';
import { matching, namedFunction, notFound, page } from './lookup.ts';
import { FunctionPool } from './pool.ts';
import { readerOf } from './settings.ts';
import { type Alias, functionKey, type LambdaFunction, lambdaState, latest, newRevision } from './state.ts';

const stateOf = (call: Call) => lambdaState(call.world, call.account, call.region);

/** Published versions of a function, oldest first. */
const versionsOf = (call: Call, { name }: LambdaFunction): readonly LambdaFunction[] =>
  [...stateOf(call).functions.values()]
    .filter((one) => one.name === name && one.version !== latest)
    .sort((left, right) => Number(left.version) - Number(right.version));

/**
 * "Lambda doesn't publish a version if the function's configuration and code haven't changed since the last
 * version." Then the answer is that version. A change of the function renews its modification time.
 */
function publishVersion(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const hash = reader.optionalText('CodeSha256');
  const description = reader.optionalText('Description', { max: 256 }) ?? target.settings.description;
  refuseWhileBusy(call, target);
  checkRevision(call, revisionId(call, target));
  const { CodeSha256 } = describe(call, target);
  if (hash !== undefined && hash !== CodeSha256) {
    const text = `CodeSHA256 (${hash}) is different from current CodeSHA256 in $LATEST (${String(CodeSha256)}). Please try again with the CodeSHA256 in $LATEST.`;
    throw new ServiceError('InvalidParameterValueException', text);
  }
  const newest = versionsOf(call, target).at(-1);
  if (newest !== undefined && newest.modifiedAt === target.modifiedAt) return describe(call, newest);
  target.lastVersion += 1;
  const version = String(target.lastVersion);
  const published: LambdaFunction = {
    ...target,
    version,
    arn: `${target.arn}:${version}`,
    settings: { ...target.settings, description },
    revision: newRevision(),
    permissions: new Map(),
    urls: new Map(),
    eventInvokeConfigs: new Map(),
    aliases: new Map(),
    pool: new FunctionPool(),
  };
  stateOf(call).functions.set(functionKey(published), published);
  return describe(call, published);
}

/** "ListVersionsByFunction returns a maximum of 50 items in each response." $LATEST comes first. */
function listVersions(call: Call): JsonObject {
  const target = namedFunction(call);
  const { items, ...rest } = page(call, [target, ...versionsOf(call, target)], 50);
  const Versions = items.map((one) => {
    const arn = one.version === latest ? `${one.arn}:${latest}` : one.arn;
    const { State: _, LastUpdateStatus: __, ...shown } = describe(call, one, arn);
    return shown;
  });
  return { Versions, ...rest };
}

const aliasRules = matching('(?!^[0-9]+$)([a-zA-Z0-9-_]+)', { min: 1, max: 128 });
const versionRules = matching('(\\$LATEST(\\.PUBLISHED)?|[0-9]+)', { min: 1, max: 1024 });

const described = ({ arn, name, version, description, routing, revision }: Alias): JsonObject => ({
  AliasArn: arn,
  Name: name,
  FunctionVersion: version,
  Description: description,
  ...(routing === undefined ? {} : { RoutingConfig: routing }),
  RevisionId: revision,
});

function createAlias(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const name = reader.text('Name', aliasRules);
  const version = reader.text('FunctionVersion', versionRules);
  const description = reader.optionalText('Description', { max: 256 }) ?? '';
  const arn = `${target.arn}:${name}`;
  if (!stateOf(call).functions.has(functionKey({ name: target.name, version })))
    throw notFound(`${target.arn}:${version}`);
  if (target.aliases.has(name))
    throw new ServiceError('ResourceConflictException', `Alias already exists: ${arn}`, 409);
  const routing = reader.optionalObject('RoutingConfig');
  const revision = randomUUID();
  const alias: Alias = { name, arn, version, description, routing, revision, permissions: new Map() };
  target.aliases.set(name, alias);
  return described(alias);
}

/** AWS documents no maximum for a page of aliases. Here it is that of versions. */
function listAliases(call: Call): JsonObject {
  const target = namedFunction(call);
  const version = readerOf(call).optionalText('FunctionVersion', versionRules);
  const found = [...target.aliases.values()].filter(
    (one) => version === undefined || one.version === version,
  );
  const { items, ...rest } = page(call, found, 50);
  return { Aliases: items.map(described), ...rest };
}

export const versionOperations: Operations = {
  PublishVersion: publishVersion,
  ListVersionsByFunction: listVersions,
  CreateAlias: createAlias,
  ListAliases: listAliases,
  // The API reference doesn't say what becomes of an alias that doesn't exist. Here it is no error.
  DeleteAlias: (call) => {
    namedFunction(call).aliases.delete(readerOf(call).text('Name', aliasRules));
    return {};
  },
};
