/**
 * Denied actions, read from AWS's own messages.
 * The end of the sentence says which policy decided (IAM User Guide, "Troubleshoot access denied error
 * messages"). More permissions don't help against most of these policies, so the advice depends on the
 * policy.
 */
import { type Denial, PermissionError } from '../core/errors.ts';

/** The caller, the action, the resource, and the reason. */
const sentence =
  /User: (?<as>\S+) is not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: (?<resource>\S+))?(?:,? (?<reason>(?:with an explicit deny|because) [^\n]*[^\s.]))?/;

/** The denied action in a message of AWS. Undefined if the message has none of AWS's sentences. */
export function readDenial(message: string): Denial | undefined {
  const { as, action, resource, reason } = sentence.exec(message)?.groups ?? {};
  if (as === undefined || action === undefined) return undefined;
  return {
    action,
    as,
    ...(resource === undefined ? {} : { resource }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The actions of each policy that this program prints, by the sentence that names its command. */
const grants = new Map<string, ReadonlySet<string>>();

/**
 * Remembers the actions of a policy, for the advice in errors. No action is in two of them.
 * The modules that define these policies call it, since nothing here may import them.
 */
export function knowGrants(advice: string, actions: ReadonlySet<string>): void {
  grants.set(advice, actions);
}

/** Permissions that are needed only to create the function's role. */
const makesRole = /^iam:(CreateRole|CreatePolicy|AttachRolePolicy|TagRole|TagPolicy)$/;

/** Policies that limit other policies. Each of them must allow the action too. */
const limits: Readonly<Record<string, string>> = {
  'service control policy':
    "Your AWS organization doesn't allow it. Only its administrators can change that.",
  'resource control policy':
    "Your AWS organization doesn't allow it. Only its administrators can change that.",
  'permissions boundary':
    "The permissions boundary of this user or role doesn't allow it. More permissions don't help: change the boundary.",
  'session policy':
    "The policy of this session doesn't allow it. More permissions don't help: start a session without that policy.",
  'VPC endpoint policy':
    "The VPC endpoint that the call goes through doesn't allow it. More permissions don't help: change its policy.",
  'resource-based policy':
    "The resource's own policy doesn't allow it. The owner of the resource must change that policy.",
  'role trust policy':
    "The role's trust policy doesn't let these credentials in. The owner of the role must change it.",
};

const explicit = /^with an explicit deny(?: in an? (?<kind>[\w -]+\w))?/;
const implicit = /^because no (?<kind>[\w -]+?) allows/;

/** The advice for this denial, with one thought per line. */
function adviceFor({ action, reason = '' }: Denial): readonly string[] {
  const denied = explicit.exec(reason);
  if (denied !== null) {
    const kind = denied.groups?.kind ?? 'policy';
    return [
      `An explicit deny wins over every permission. Only the owner of that ${kind} can remove it.`,
      ...withoutRole(action),
    ];
  }
  const limit = limits[implicit.exec(reason)?.groups?.kind ?? ''];
  if (limit !== undefined) return [limit, ...withoutRole(action)];
  return [...grantFor(action), ...withoutRole(action)];
}

/** The command that prints the missing permission, if one does. */
function grantFor(action: string): readonly string[] {
  const [advice] = [...grants].find(([, actions]) => actions.has(action)) ?? [];
  return [advice ?? `Ask the administrator of these credentials to allow ${action}.`];
}

const withoutRole = (action: string): readonly string[] =>
  makesRole.test(action) ? ['--role-arn  uses an existing role.'] : [];

const again = 'Then run the same command again. It continues from here.';

/** `role/team/x` of its ARN. The caller's ARN already shows the account and Region. */
const shortName = (arn: string): string => arn.split(':').slice(5).join(':') || arn;

const line = ({ action, resource }: Denial): string =>
  resource === undefined ? action : `${action} on ${shortName(resource)}`;

/** The error about one denied action, or about several that were denied at the same time. */
export function accessDenied(denied: readonly Denial[], cause: unknown): PermissionError {
  const [first] = denied;
  if (first === undefined) throw new TypeError('no action is denied');
  const { action, resource, as, reason } = first;
  const because = (one: Denial): string => (one.reason === undefined ? '' : `, ${one.reason}`);
  const message =
    denied.length === 1
      ? `Not allowed: ${line(first)}   (as ${as})${because(first)}`
      : [
          `Not allowed: ${denied.length} actions   (as ${as})`,
          ...denied.map((one) => `${line(one)}${because(one)}`),
        ].join('\n');
  return new PermissionError(message, {
    code: 'ACCESS_DENIED',
    found: { action, resource, as },
    reason,
    denied,
    hint: [...new Set(denied.flatMap(adviceFor)), again],
    cause,
  });
}

/** The error for a refusal without AWS's usual sentence. */
export const accessRefused = (message: string, cause: unknown): PermissionError =>
  new PermissionError(`Not allowed: ${message}`, {
    code: 'ACCESS_DENIED',
    found: { action: undefined, resource: undefined, as: undefined },
    hint: ["AWS doesn't say which permission is missing. --verbose  shows the call.", again],
    cause,
  });
