/** `--move-once`: what it does to the old users and to the old pool, and who could undo it. */
import { deployedBy, iacNames } from '../../aws/user-pool/iac.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import type { Finding } from '../../core/findings.ts';
import { movedToName } from '../../lambda/settings.ts';
import { markNames } from '../../steps/moved-marks.ts';
import { oldSubName } from '../../steps/old-sub.ts';
import { type Case, found, quoted, schemaOf, type Theme } from '../check.ts';

/** CM606 to CM609, CM611. */
export const moveOnce: Theme = (args) => [
  ...price(args),
  ...(args.inputs.MOVE_ONCE === 'mark' ? [...writers(args), ...marksOfOthers(args)] : []),
  ...deployed(args),
  ...handedOver(args),
];

/**
 * Rights in the old pool that the provided role may not have yet, since its administrator gave it others.
 * Only the function can use that role, and its test call comes after its change.
 */
function handedOver({ facts: { afterMove }, inputs }: Case): readonly Finding[] {
  const { EXISTING_OLD_ROLE_ARN, GROUPS, MOVE_ONCE } = inputs;
  if (EXISTING_OLD_ROLE_ARN === undefined) return [];
  const added = [
    ...(GROUPS !== undefined && afterMove?.groups === undefined ? ['--groups'] : []),
    ...(MOVE_ONCE !== undefined && afterMove?.moveOnce !== MOVE_ONCE ? [`--move-once ${MOVE_ONCE}`] : []),
  ];
  return added.length === 0
    ? []
    : found(
        'CM611',
        'blocking',
        `The role in the old account may lack the rights for ${added.join(' and ')}.`,
        'Its administrator gives them with a handoff for these choices. This account cannot see whether that has happened, and the function would change before its test call finds out.',
        `Print the handoff again: cognito-migrate handoff, or with a live migration  cognito-migrate handoff --update  ${added.join(' ')}. Once it is applied there, the init command that it prints accepts this.`,
      );
}

function price({ inputs: { MOVE_ONCE, OLD_USER_POOL_NAME } }: Case): readonly Finding[] {
  if (MOVE_ONCE === undefined) return [];
  return MOVE_ONCE === 'disable'
    ? found(
        'CM606',
        'warning',
        `Users who move are disabled in ${OLD_USER_POOL_NAME}.`,
        'Their sessions in apps of the old pool end, and they can no longer sign in there. The function may disable any user of the old pool.',
        'Use it only if no app needs the old pool.',
      )
    : found(
        'CM606',
        'warning',
        `Users who move are marked in ${OLD_USER_POOL_NAME}, with attributes that can't be removed.`,
        'IAM cannot limit the right to one attribute. The function may change any attribute of any user of the old pool.',
        'Use --move-once disable if no app needs the old pool. It needs no attributes, and a smaller right.',
      );
}

/** A user who can write a mark can also take it back, and the old password works again. */
function writers({ facts, inputs }: Case): readonly Finding[] {
  const { oldClients, areAllOldClients, oldProviders } = facts;
  if (inputs.EXISTING_OLD_ROLE_ARN !== undefined) return [];
  const clients = (oldClients ?? [])
    // The client of this migration has no flow that an app could use.
    .filter(({ ClientName }) => ClientName !== inputs.NAME)
    .filter(
      ({ WriteAttributes: names }) => names === undefined || names.some((one) => markNames.includes(one)),
    )
    .map(({ ClientName, ClientId }) => ClientName ?? ClientId ?? '');
  const providers = (oldProviders ?? [])
    .filter(({ attributes }) => attributes.some((one) => markNames.includes(one)))
    .map(({ name }) => name);
  const isUnknown = oldClients === undefined || !areAllOldClients || oldProviders === undefined;
  if (clients.length + providers.length === 0 && !isUnknown) return [];
  const who = [
    ...(clients.length === 0 ? [] : [`app clients of the old pool: ${quoted(clients)}`]),
    ...(providers.length === 0 ? [] : [`identity providers: ${quoted(providers)}`]),
    ...(isUnknown ? ['perhaps others that could not be read'] : []),
  ];
  return found(
    'CM607',
    'blocking',
    `The marks of users who moved can be written by ${who.join('; ')}.`,
    `A user can delete the mark with a token of such a client, and then the old password works again. AWS's texts differ on whether a client without WriteAttributes can write custom attributes.`,
    `Give these clients a list of WriteAttributes without ${markNames.join(' and ')}, and remove both from attribute mappings.`,
  );
}

/** Marks of another pool stay, so those users can move twice. */
function marksOfOthers({ facts, inputs }: Case): readonly Finding[] {
  const marked = (facts.sample?.users ?? []).filter(({ attributes }) =>
    attributes.some(
      ({ name, value }) => name === movedToName && value !== '' && value !== inputs.NEW_USER_POOL_ID,
    ),
  );
  return marked.length === 0
    ? []
    : found(
        'CM609',
        'warning',
        `${marked.length} of the sampled users already ${marked.length === 1 ? 'has' : 'have'} a mark that names another user pool.`,
        'The function never changes such a mark. After their move, the old password of these users can work again.',
        'Find out who wrote these marks. If nobody needs them, delete them with admin-delete-user-attributes.',
      );
}

/** Both attributes of a move that is done once can't be removed, and a deployment may stumble over them. */
function deployed({ facts, inputs }: Case): readonly Finding[] {
  const isProof = inputs.MOVE_ONCE !== undefined && inputs.ADD_OLD_SUB === true;
  return [
    ...(inputs.MOVE_ONCE === 'mark' ? schemaOfCode(facts.oldPool, markNames, true) : []),
    ...(isProof ? schemaOfCode(facts.newPool, [oldSubName], false) : []),
  ];
}

function schemaOfCode(
  pool: PoolSnapshot | undefined,
  names: readonly string[],
  isMutable: boolean,
): readonly Finding[] {
  if (pool === undefined) return [];
  const { Name = '', UserPoolTags = {}, SchemaAttributes } = pool.pool;
  const tool = deployedBy(UserPoolTags, Name);
  const there = schemaOf(SchemaAttributes);
  if (tool === undefined || names.every((name) => there.has(name))) return [];
  const blocks = names.map(
    (name) =>
      `schema { name = "${name.replace(/^custom:/, '')}", attribute_data_type = "String", mutable = ${isMutable} }`,
  );
  return found(
    'CM608',
    'blocking',
    `${Name} was deployed with ${iacNames[tool]}, and gets ${names.join(' and ')}.`,
    'No deployment can remove or change an attribute of a pool. One whose code lacks it may fail from then on (hashicorp/terraform-provider-aws#21654, #38096).',
    `Add it to that code too: ${blocks.join(' ')}. In Terraform also: lifecycle { ignore_changes = [schema] }.`,
  );
}
