/**
 * The old account's half as POSIX shell scripts around the AWS CLI.
 * One script creates it, and one removes it.
 */
import { toTagList } from '../../../aws/ownership.ts';
import type { Json } from '../../../core/json.ts';
import { quoted } from '../../../core/shell.ts';
import { markAttributeNames } from '../../../steps/moved-marks.ts';
import { findClients, ownersHere, ownersIn, preparation, putClient, word } from '../script.ts';
import { type OldHalf, oldAccount, signInQuery } from './half.ts';

/** The data for the removal. Creation needs more. */
export type Removable = Pick<
  OldHalf,
  'oldUserPoolId' | 'newUserPoolId' | 'newAccount' | 'region' | 'roleName' | 'policyName' | 'clientName'
>;

/** JSON as a shell word, with the number of the account where the script runs. */
const wordHere = (value: Json): string => word(value).replaceAll(oldAccount, `'"$account"'`);

function head(what: string, half: Removable): string {
  return `#!/bin/sh
# ${what}
# Needs the AWS CLI, and credentials of the account that the user pool ${half.oldUserPoolId} is in.
set -eu
old_region=${quoted(half.region)}
old_pool=${quoted(half.oldUserPoolId)}
new_pool=${quoted(half.newUserPoolId)}
role=${quoted(half.roleName)}
policy_name=${quoted(half.policyName)}
client=${quoted(half.clientName)}

${preparation(half.region)}
# The role of the function in the other account has the same name and the same tag.
account=$(aws sts get-caller-identity --query Account --output text)
[ "$account" != ${half.newAccount} ] || fail "These are credentials of the new pool's account, ${half.newAccount}."

# The owner of the role by its two tags. Empty if the role does not exist.
${ownersHere}
role_owner() {
  aws iam get-role --role-name "$role" --output text \\
    --query ${ownersIn('Role.Tags')} 2>"$errors" || failed_but_for NoSuchEntity
}
${findClients}`;
}

/** Adds the attributes of `--move-once mark`, each only once. Empty without it. */
const marks = ({ closes }: OldHalf): string =>
  closes === 'mark'
    ? `# The marks of users who moved. No pool ever loses an attribute again.
for attribute in ${markAttributeNames.join(' ')}; do
  there=$(aws cognito-idp describe-user-pool --user-pool-id "$old_pool" --output text \\
    --query "length(UserPool.SchemaAttributes[?Name=='custom:$attribute'])")
  [ "$there" != 0 ] || aws cognito-idp add-custom-attributes --user-pool-id "$old_pool" \\
    --custom-attributes "Name=$attribute,AttributeDataType=String,Mutable=true"
done

`
    : '';

/** A script that creates or repairs the half, and prints its four outputs. */
export function makeScript(half: OldHalf): string {
  const { GenerateSecret: _none, ...settings } = half.client; // only for creation
  const boundary =
    half.role.permissionsBoundary === null
      ? ''
      : ` --permissions-boundary ${quoted(half.role.permissionsBoundary)}`;
  return `${head(`Lets the user migration to ${half.newUserPoolId} check passwords here. Safe to run again.`, half)}
# Fails here if the pool is not in this account.
aws cognito-idp describe-user-pool --user-pool-id "$old_pool" >/dev/null

trust=${wordHere(half.role.trustPolicy)}
policy=${wordHere(half.role.policy)}
tags=${wordHere(toTagList(half.role.tags))}
settings=${word(settings)}

${putClient(half.client.ExplicitAuthFlows)}
# The role
owner=$(role_owner)
if [ -z "$owner" ]; then
  aws iam create-role --role-name "$role" --path ${quoted(half.rolePath)} --description ${quoted(half.roleText)} \\
    --assume-role-policy-document "$trust" --tags "$tags"${boundary} >/dev/null
elif [ "$owner" = "$ours" ]; then
  aws iam update-assume-role-policy --role-name "$role" --policy-document "$trust"
  aws iam tag-role --role-name "$role" --tags "$tags"${
    boundary &&
    `
  aws iam put-role-permissions-boundary --role-name "$role"${boundary}`
  }
else
  fail "There is already a role $role that is not for this migration. Nothing was changed."
fi
aws iam put-role-policy --role-name "$role" --policy-name "$policy_name" --policy-document "$policy"
role_arn=$(aws iam get-role --role-name "$role" --query Role.Arn --output text)

# The app client
clients=$(find_clients)
client_id=$(printf '%s\\n' "$clients" | head -n 1)
if [ -z "$client_id" ]; then
  client_id=$(put_client create-user-pool-client --no-generate-secret)
else
  client_id=$(put_client update-user-pool-client --client-id "$client_id")
fi

${marks(half)}sign_in=$(aws cognito-idp describe-user-pool --user-pool-id "$old_pool" --output text \\
  --query ${signInQuery})

printf '%-15s%s\\n' OldRoleArn "$role_arn" OldExternalId ${quoted(half.externalId)} OldClientId "$client_id" OldSignIn "$sign_in"
`;
}

/** A script that gives the role its new policy, and changes nothing else. */
export function updateScript(half: OldHalf): string {
  return `${head(`Changes the permissions of the user migration to ${half.newUserPoolId} in this pool. Safe to run again.`, half)}
policy=${wordHere(half.role.policy)}

owner=$(role_owner)
[ -n "$owner" ] || fail "There is no role $role in this account. Nothing was changed."
[ "$owner" = "$ours" ] || fail "The role $role is not for this migration. Nothing was changed."
${marks(half)}aws iam put-role-policy --role-name "$role" --policy-name "$policy_name" --policy-document "$policy"
printf 'The role %s has its new permissions.\\n' "$role"
`;
}

/**
 * A script that removes the half. Resources that are already gone count as removed.
 * Resources that don't belong to this migration stay.
 */
export function removalScript(half: Removable): string {
  return `${head(`Removes the access of the user migration to ${half.newUserPoolId}. Safe to run again.`, half)}
clients=$(find_clients)
for client_id in $clients; do
  aws cognito-idp delete-user-pool-client --user-pool-id "$old_pool" --client-id "$client_id"
  printf 'Removed the app client %s (%s)\\n' "$client" "$client_id"
done

owner=$(role_owner)
if [ "$owner" = "$ours" ]; then
  aws iam delete-role-policy --role-name "$role" --policy-name "$policy_name" 2>"$errors" || failed_but_for NoSuchEntity
  aws iam delete-role --role-name "$role"
  printf 'Removed the role %s\\n' "$role"
elif [ -n "$owner" ]; then
  fail "The role $role is not for this migration. It was kept."
fi
printf 'Nothing of the migration is left here.\\n'
`;
}
