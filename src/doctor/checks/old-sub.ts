/** The destination of the old sub. The application's own data may know a user by it. */
import type { Finding } from '../../core/findings.ts';
import { oldSubName, unfitForSub } from '../../steps/old-sub.ts';
import { type Case, found, isOpen, quoted, schemaOf, type Theme } from '../check.ts';
import type { Facts } from '../facts.ts';

/** CM120, CM121, CM122, CM193. */
export const oldSub: Theme = (args) => {
  const target = args.settings.map.rename.sub;
  return target === undefined ? nowhere(args) : kept(args, target);
};

function nowhere(args: Case): readonly Finding[] {
  const attribute = schemaOf(args.facts.newPool.pool.SchemaAttributes).get(oldSubName);
  const unfit = attribute && unfitForSub(attribute);
  if (unfit !== undefined) return [unfitFinding(oldSubName, unfit, args)];
  return found(
    'CM120',
    'info',
    'The old ID (sub) of a user is not kept.',
    'Users get a new sub in the new pool. Your data no longer finds them by the old one.',
    attribute === undefined
      ? "--add-old-sub keeps it as custom:old_sub. The attribute can't be removed from the new pool again."
      : `--map sub=${oldSubName} keeps it.`,
  );
}

function kept(args: Case, target: string): readonly Finding[] {
  const attribute = schemaOf(args.facts.newPool.pool.SchemaAttributes).get(target);
  const unfit = attribute && unfitForSub(attribute);
  return [
    ...(unfit === undefined ? [] : [unfitFinding(target, unfit, args)]),
    ...oldSubWriters(args.facts, target, {
      groups: args.inputs.GROUPS,
      moveOnce: args.inputs.MOVE_ONCE,
      guard: args.inputs.GUARD_SIGN_UP,
    }),
  ];
}

type Writers = Pick<Facts, 'clients' | 'areAllClients' | 'providers' | 'newPool'>;

/**
 * CM122, CM193: writers of the attribute that holds the old sub, other than the function.
 * @param uses What the old sub decides about. With any, what is only possible blocks too.
 */
export function oldSubWriters(
  facts: Writers,
  target: string,
  uses: { readonly groups?: unknown; readonly moveOnce?: unknown; readonly guard?: unknown } = {},
): readonly Finding[] {
  const gains = [
    ...(uses.groups === undefined ? [] : ['get the groups of that user']),
    ...(uses.moveOnce === undefined ? [] : ['end that user']),
    ...(uses.guard === true ? ['pass the guard of sign-ups'] : []),
  ];
  return [...claimable(facts, target, gains[0]), ...mapped(facts, target)];
}

function unfitFinding(name: string, unfit: string, { inputs }: Case): Finding {
  const isWished = inputs.ADD_OLD_SUB === true || inputs.MAP.sub !== undefined;
  return {
    id: 'CM121',
    severity: isWished ? 'blocking' : 'info',
    what: `${name} of the new pool can't hold the old sub: ${unfit}.`,
    why: 'Anyone who can change it can pose as another user. An attribute of a pool can never be changed or removed.',
    fix: '--map sub=custom:NAME uses another attribute. It must be a String with Mutable: false and at least 36 characters.',
    ...(isWished ? { final: true } : {}),
  };
}

/**
 * A client that can write an immutable attribute can set it at sign-up.
 * The documentation lets a client without WriteAttributes write "the values of the Standard attributes"
 * (API reference, UserPoolClientType). It also says that "any new custom attributes will not be available
 * until you set read and write permissions for them" (Developer Guide).
 * But the console says that all attributes are writable if none is selected
 * (aws/aws-aspnet-cognito-identity-provider#89). Reports say the same (aws/aws-cdk#21835,
 * hashicorp/terraform-provider-aws#28684).
 */
function claimable(
  { clients, areAllClients, newPool }: Writers,
  target: string,
  gain: string | undefined,
): readonly Finding[] {
  const listed = clients.filter(({ WriteAttributes }) => WriteAttributes?.includes(target));
  const unlisted = clients.filter(({ WriteAttributes }) => WriteAttributes === undefined);
  return [
    ...(listed.length === 0 ? [] : [allowed(listed, target)]),
    ...(unlisted.length === 0 ? [] : byDefault(unlisted, target, isOpen(newPool.pool), gain)),
    ...(areAllClients ? [] : unread(target)),
  ];
}

type Clients = Facts['clients'];

const namesOf = (clients: Clients): string =>
  quoted(clients.map(({ ClientName, ClientId }) => ClientName ?? ClientId ?? ''));

function allowed(clients: Clients, target: string): Finding {
  const names = namesOf(clients);
  return {
    id: 'CM122',
    severity: 'blocking',
    final: true,
    what: `App client ${names} can write ${target}.`,
    why: 'Immutable attributes can be set at sign-up. So anyone could create a user with the old sub of another user.',
    fix: `Remove ${target} from the WriteAttributes of ${names}.`,
  };
}

/** The attribute is permanent. Someone may turn self-registration on again after the move. */
function byDefault(
  clients: Clients,
  target: string,
  anybodySignsUp: boolean,
  gain: string | undefined,
): readonly Finding[] {
  const names = namesOf(clients);
  const subject = clients.length === 1 ? `App client ${names} has` : `App clients ${names} have`;
  const pronoun = clients.length === 1 ? 'it' : 'they';
  return found(
    'CM122',
    anybodySignsUp ? (gain === undefined ? 'warning' : 'blocking') : 'info',
    `${subject} no list of attributes that ${pronoun} can write (WriteAttributes).`,
    anybodySignsUp
      ? `AWS documents that ${pronoun} cannot write ${target}, but reports say otherwise. Then anyone can sign up with the old sub of another user${gain === undefined ? '' : `, and ${gain}`}.`
      : 'Self-registration is off now. If you turn it on, anyone may be able to sign up with the old sub of another user.',
    `Give ${names} a list of WriteAttributes without ${target}.`,
  );
}

const unread = (target: string): readonly Finding[] =>
  found(
    'CM193',
    'info',
    `Not all app clients of the new pool were read. It is unknown whether another one can write ${target}.`,
    'Anyone could then sign up with the old sub of another user (CM122).',
    'Allow cognito-idp:ListUserPoolClients and cognito-idp:DescribeUserPoolClient on the new pool. doctor reads up to 1,000 app clients.',
  );

/**
 * Findings about identity providers that write the attribute, or that cannot be read.
 * "Amazon Cognito updates mapped attributes when users sign in to your application through an IdP"
 * (UserPoolClientType).
 */
function mapped({ providers }: Writers, target: string): readonly Finding[] {
  if (providers === undefined) {
    return found(
      'CM193',
      'info',
      `Cannot read the identity providers of the new pool. It is unknown whether one of them writes ${target}.`,
      'A provider could then let a user pose as another user (CM122).',
      'Allow cognito-idp:ListIdentityProviders and cognito-idp:DescribeIdentityProvider on the new pool.',
    );
  }
  const writers = providers.filter(({ attributes }) => attributes.includes(target));
  if (writers.length === 0) return [];
  const names = quoted(writers.map(({ name }) => name));
  return [
    {
      id: 'CM122',
      severity: 'blocking',
      final: true,
      what: `Identity provider ${names} writes ${target}.`,
      why: 'Its attribute mapping sets the attribute at sign-in. So a user of that provider could have the old sub of another user.',
      fix: `Remove ${target} from the attribute mapping of ${names}.`,
    },
  ];
}
