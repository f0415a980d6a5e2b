/** Where the old sub goes: it is what the application's own data may know a user by. */
import type { Finding } from '../../core/findings.ts';
import { oldSubName, unfitForSub } from '../old-sub.ts';
import { type Case, found, quoted, schemaOf, type Theme } from './case.ts';

/** CM120, CM121, CM122, CM193. */
export const oldSub: Theme = (of) => {
  const target = of.settings.map.rename.sub;
  return target === undefined ? nowhere(of) : kept(of, target);
};

function nowhere(of: Case): readonly Finding[] {
  const attribute = schemaOf(of.facts.newPool.pool.SchemaAttributes).get(oldSubName);
  const unfit = attribute && unfitForSub(attribute);
  if (unfit !== undefined) return [unfitFinding(oldSubName, unfit, of)];
  return found(
    'CM120',
    'info',
    'The old sub of a user is not kept.',
    'Users get a new sub in the new pool. Data that knows them by the old one can no longer be found.',
    attribute === undefined
      ? '--add-old-sub adds custom:old_sub to the new pool, which cannot be undone, and keeps it there.'
      : `--map sub=${oldSubName} keeps it there.`,
  );
}

function kept(of: Case, target: string): readonly Finding[] {
  const attribute = schemaOf(of.facts.newPool.pool.SchemaAttributes).get(target);
  const unfit = attribute && unfitForSub(attribute);
  return [
    ...(unfit === undefined ? [] : [unfitFinding(target, unfit, of)]),
    ...claimable(of, target),
    ...mapped(of, target),
  ];
}

function unfitFinding(name: string, unfit: string, { inputs }: Case): Finding {
  const isWished = inputs.ADD_OLD_SUB === true || inputs.MAP.sub !== undefined;
  return {
    id: 'CM121',
    severity: isWished ? 'blocking' : 'info',
    what: `${name} of the new pool is not fit for the old sub: ${unfit}.`,
    why: 'Whoever can change it can pass for another user, and an attribute of a pool can never be changed or removed.',
    fix: '--map sub=custom:NAME uses another attribute: a String, Mutable: false, of 36 characters or more.',
    ...(isWished ? { final: true } : {}),
  };
}

/**
 * "Immutable" does not keep it from being set at sign-up by a client that may write it. Without WriteAttributes "your app
 * can write the values of the Standard attributes" (API reference, UserPoolClientType), and "by default, any new custom
 * attributes will not be available until you set read and write permissions for them" (Developer Guide, user pool
 * attributes, "Attribute permissions and scopes"), so that only a client that lists the attribute can write it.
 */
function claimable({ facts }: Case, target: string): readonly Finding[] {
  const writers = facts.clients.filter(({ WriteAttributes }) => WriteAttributes?.includes(target));
  if (writers.length === 0) return [];
  const names = quoted(writers.map(({ ClientName, ClientId }) => ClientName ?? ClientId ?? ''));
  return [
    {
      id: 'CM122',
      severity: 'blocking',
      final: true,
      what: `App client ${names} may write ${target}.`,
      why: 'Immutable attributes can be set at sign-up: anybody could make a user with the old sub of another.',
      fix: `Take ${target} out of the WriteAttributes of ${names}.`,
    },
  ];
}

/** "Amazon Cognito updates mapped attributes when users sign in to your application through an IdP" (UserPoolClientType). */
function mapped({ facts }: Case, target: string): readonly Finding[] {
  if (facts.providers === undefined) {
    return found(
      'CM193',
      'info',
      `Cannot read the identity providers of the new pool: whether one of them writes ${target} is unknown.`,
      'Whoever a provider says so would then pass for another user (CM122).',
      'Allow cognito-idp:ListIdentityProviders and cognito-idp:DescribeIdentityProvider on the new pool.',
    );
  }
  const writers = facts.providers.filter(({ attributes }) => attributes.includes(target));
  if (writers.length === 0) return [];
  const names = quoted(writers.map(({ name }) => name));
  return [
    {
      id: 'CM122',
      severity: 'blocking',
      final: true,
      what: `Identity provider ${names} writes ${target}.`,
      why: 'Its attribute mapping fills the attribute at sign-in: a user of that provider could have the old sub of another.',
      fix: `Take ${target} out of the attribute mapping of ${names}.`,
    },
  ];
}
