/** The old account's half as POSIX shell scripts around the AWS CLI: one that makes it, one that removes it. */
import { poolTag, toTagList } from '../../aws/ownership.ts';
import type { Json } from '../../core/json.ts';
import { quoted } from '../shell.ts';
import { type OldHalf, oldAccount } from './half.ts';

/** What the removal needs to know, less than the making. */
export type Removable = Pick<
  OldHalf,
  'oldUserPoolId' | 'newUserPoolId' | 'newAccount' | 'region' | 'roleName' | 'policyName' | 'clientName'
>;

/** JSON as one word, readable for whoever checks the script before running it. */
const word = (value: Json): string =>
  quoted(JSON.stringify(value, null, 2)).replaceAll(oldAccount, `'"$account"'`);

function head(what: string, half: Removable): string {
  return `#!/bin/sh
# ${what}
# Needs the AWS CLI, and credentials of the account that the user pool ${half.oldUserPoolId} is in.
set -eu
region=${quoted(half.region)}
pool=${quoted(half.oldUserPoolId)}
new_pool=${quoted(half.newUserPoolId)}
role=${quoted(half.roleName)}
policy_name=${quoted(half.policyName)}
client=${quoted(half.clientName)}

export AWS_REGION="$region" AWS_DEFAULT_REGION="$region" AWS_PAGER=
${half.region.startsWith('us-gov-') ? 'export AWS_USE_FIPS_ENDPOINT=true # Cognito has no other endpoints in GovCloud\n' : ''}errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
fail() { printf '%s\\n' "$1" >&2; exit 1; }
failed_but_for() { grep -q "$1" "$errors" || fail "$(cat "$errors")"; }

# The function's role, over there, has the same name and the same tag.
account=$(aws sts get-caller-identity --query Account --output text)
[ "$account" != ${half.newAccount} ] || fail "These are credentials of the new pool's account, ${half.newAccount}."

# Whose a role of that name is, told by its tag; nothing when there is no such role.
role_owner() {
  aws iam get-role --role-name "$role" --output text \\
    --query "Role.Tags[?Key=='${poolTag}'].Value | [0]" 2>"$errors" || failed_but_for NoSuchEntity
}
# IDs of the app clients of that name; nothing when the pool is gone.
find_clients() {
  found=$(aws cognito-idp list-user-pool-clients --user-pool-id "$pool" --output text \\
    --query "UserPoolClients[?ClientName=='$client'].ClientId" 2>"$errors") || failed_but_for ResourceNotFoundException
  printf '%s\\n' "$found" | tr '\\t' '\\n' | grep -v -e '^None$' -e '^$' || true
}
`;
}

/** Makes the half, or puts it right; prints the three outputs. */
export function makeScript(half: OldHalf): string {
  const refresh = [...half.client.ExplicitAuthFlows, 'ALLOW_REFRESH_TOKEN_AUTH'].join(' ');
  return `${head(`Lets the user migration to ${half.newUserPoolId} check passwords here. Safe to run again.`, half)}
# Fails here when the pool is not in this account.
aws cognito-idp describe-user-pool --user-pool-id "$pool" >/dev/null

trust=${word(half.role.trustPolicy)}
policy=${word(half.role.policy)}
tags=${word(toTagList(half.role.tags))}
settings=${word(half.client)}

# The role
owner=$(role_owner)
if [ -z "$owner" ]; then
  aws iam create-role --role-name "$role" --path ${quoted(half.rolePath)} --description ${quoted(half.roleText)} \\
    --assume-role-policy-document "$trust" --tags "$tags" >/dev/null
elif [ "$owner" = "$new_pool" ]; then
  aws iam update-assume-role-policy --role-name "$role" --policy-document "$trust"
  aws iam tag-role --role-name "$role" --tags "$tags"
else
  fail "There is already a role $role that is not for this migration. Nothing was changed."
fi
aws iam put-role-policy --role-name "$role" --policy-name "$policy_name" --policy-document "$policy"
role_arn=$(aws iam get-role --role-name "$role" --query Role.Arn --output text)

# The app client. One attempt: a second one would make a second client.
clients=$(find_clients)
client_id=$(printf '%s\\n' "$clients" | head -n 1)
if [ -z "$client_id" ]; then
  set -- create-user-pool-client --no-generate-secret
else
  set -- update-user-pool-client --client-id "$client_id"
fi
put_client() {
  AWS_MAX_ATTEMPTS=1 aws cognito-idp "$@" --user-pool-id "$pool" --client-name "$client" \\
    --cli-input-json "$settings" --query UserPoolClient.ClientId --output text
}
if ! client_id=$(put_client "$@" 2>"$errors"); then
  failed_but_for REFRESH_TOKEN_AUTH # some pools insist on that flow
  client_id=$(put_client "$@" --explicit-auth-flows ${refresh})
fi

printf '%-15s%s\\n' OldRoleArn "$role_arn" OldExternalId ${quoted(half.externalId)} OldClientId "$client_id"
`;
}

/** Removes the half; what is gone already counts as removed, what is not of this migration stays. */
export function removalScript(half: Removable): string {
  return `${head(`Takes away what let the user migration to ${half.newUserPoolId} check passwords here. Safe to run again.`, half)}
clients=$(find_clients)
for client_id in $clients; do
  aws cognito-idp delete-user-pool-client --user-pool-id "$pool" --client-id "$client_id"
  printf 'Removed the app client %s (%s)\\n' "$client" "$client_id"
done

owner=$(role_owner)
if [ "$owner" = "$new_pool" ]; then
  aws iam delete-role-policy --role-name "$role" --policy-name "$policy_name" 2>"$errors" || failed_but_for NoSuchEntity
  aws iam delete-role --role-name "$role"
  printf 'Removed the role %s\\n' "$role"
elif [ -n "$owner" ]; then
  fail "The role $role is not for this migration. It was left as it is."
fi
printf 'Nothing of the migration is left here.\\n'
`;
}
