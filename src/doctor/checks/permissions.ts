/** Attributes that users can write themselves in the old pool but not in the new one. */
import type { ClientSnapshot } from '../../aws/user-pool-client/index.ts';
import type { Finding } from '../../core/findings.ts';
import { isServiceAttribute } from '../../lambda/settings.ts';
import { oldClientName } from '../../steps/names.ts';
import { type Case, found, quoted, schemaOf, type Theme } from '../check.ts';

type Client = ClientSnapshot['client'];

/** An old attribute, and the new one that receives its value. */
interface Copied {
  readonly source: string;
  readonly target: string;
}

/** CM124, CM193. */
export const permissions: Theme = (args) => {
  const { oldPool, oldClients, areAllOldClients, clients, areAllClients } = args.facts;
  const custom = copied(args).filter(({ source, target }) => isCustom(source) || isCustom(target));
  const kept = custom.filter(({ target }) => !readings.every((isAll) => canWrite(clients, target, isAll)));
  if (oldPool === undefined || kept.length === 0) return [];
  if (oldClients === undefined) return unknown('the app clients', kept);
  const people = oldClients.filter(({ ClientName }) => ClientName !== oldClientName(args.inputs));
  const written = kept.filter((one) => becomesTrusted(one, people, clients));
  const rest = areAllOldClients ? [] : kept.filter((one) => !written.includes(one));
  return [...(areAllClients ? trusted(written) : unknownHere(written)), ...unknown('all app clients', rest)];
};

const isCustom = (name: string): boolean => name.startsWith('custom:');

/** Every old attribute that can move with a user, after --map, --drop, and --set. */
function copied({ facts, settings }: Case): readonly Copied[] {
  const { rename, drop, set } = settings.map;
  const names = [...schemaOf(facts.oldPool?.pool.SchemaAttributes).keys()];
  return names.flatMap((source) => {
    if (isServiceAttribute(source) || drop.includes(source)) return [];
    const target = (Object.hasOwn(rename, source) ? rename[source] : undefined) ?? source;
    const isKept = Object.hasOwn(settings.schema ?? {}, target) && !Object.hasOwn(set, target);
    return isKept ? [{ source, target }] : [];
  });
}

/**
 * Whether users can write the attribute in the old pool but not in the new one.
 * The documentation lets a client without a list write "the values of the Standard attributes of your user
 * pool" (API reference, UserPoolClientType, WriteAttributes).
 * Reports say that it can write custom attributes too (aws/aws-cdk#21835,
 * hashicorp/terraform-provider-aws#28684). So an attribute counts if it becomes trusted by either reading.
 */
function becomesTrusted(
  { source, target }: Copied,
  old: readonly Client[],
  newClients: readonly Client[],
): boolean {
  return readings.some((isAll) => canWrite(old, source, isAll) && !canWrite(newClients, target, isAll));
}

/** Both readings: whether a client without a list can write custom attributes, too. */
const readings = [false, true] as const;

const canWrite = (clients: readonly Client[], name: string, isAll: boolean): boolean =>
  clients.some((client) => mayWrite(client, name, isAll));

const mayWrite = ({ WriteAttributes: list }: Client, name: string, isAll: boolean): boolean =>
  list === undefined ? isAll || !isCustom(name) : list.includes(name);

function trusted(attributes: readonly Copied[]): readonly Finding[] {
  if (attributes.length === 0) return [];
  const sources = attributes.map(({ source }) => source);
  return found(
    'CM124',
    'warning',
    `Users can write ${quoted(attributes.map(nameOf))} themselves in the old pool, but not in the new one.`,
    'A value that a user wrote there becomes a value that only you can write here. If your app trusts it, for example as a role, users can assign it to themselves before they move.',
    `${sources.map((name) => `--drop ${name}`).join(' ')} leaves ${sources.length === 1 ? 'it' : 'them'} out. Write the values from a source that you trust.`,
  );
}

const nameOf = ({ source, target }: Copied): string =>
  source === target ? source : `${source} (here ${target})`;

/** @param unread Unread app clients of the old pool, in words for people. */
function unknown(unread: string, attributes: readonly Copied[]): readonly Finding[] {
  if (attributes.length === 0) return [];
  return found(
    'CM193',
    'info',
    `Cannot read ${unread} of the old pool. It is unknown whether users write ${quoted(attributes.map(({ source }) => source))} themselves there.`,
    'Such a value could become trusted in the new pool (CM124).',
    'Allow cognito-idp:ListUserPoolClients and cognito-idp:DescribeUserPoolClient on the old pool. doctor reads up to 1,000 app clients.',
  );
}

/** Users can write these in the old pool. */
function unknownHere(attributes: readonly Copied[]): readonly Finding[] {
  if (attributes.length === 0) return [];
  return found(
    'CM193',
    'info',
    `Cannot read all app clients of the new pool. It is unknown whether users can write ${quoted(attributes.map(nameOf))} themselves here, as in the old pool.`,
    'If they cannot, a value that they wrote there becomes trusted here (CM124).',
    'Allow cognito-idp:ListUserPoolClients and cognito-idp:DescribeUserPoolClient on the new pool. doctor reads up to 1,000 app clients.',
  );
}
