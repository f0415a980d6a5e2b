/**
 * Parts shared by the POSIX shell scripts around the AWS CLI.
 * Their variables: new_pool, old_pool, old_region, client.
 */
import { oldPoolTag, poolTag } from '../../aws/ownership.ts';
import type { Json } from '../../core/json.ts';
import { quoted } from '../../core/shell.ts';

/** JSON as one shell word, readable for anyone who reviews the script before running it. */
export const word = (value: Json): string => quoted(JSON.stringify(value, null, 2));

/** The query for the two ownership tags, new pool first. `tags` is a list, as in IAM. */
export const ownersIn = (tags: string): string =>
  `"[${[poolTag, oldPoolTag].map((key) => `${tags}[?Key=='${key}'].Value | [0]`).join(', ')}]"`;

/**
 * The result of that query for this migration.
 * A migration from another old pool into the same new pool is a different one.
 */
export const ownersHere = `ours=$(printf '%s\\t%s' "$new_pool" "$old_pool")`;

/**
 * Sets the Region for all calls that name no other.
 * Also lets the script inspect a failed call before it ends.
 */
export const preparation = (region: string): string => `region=${quoted(region)}
export AWS_REGION="$region" AWS_DEFAULT_REGION="$region" AWS_PAGER=
${region.startsWith('us-gov-') ? 'export AWS_USE_FIPS_ENDPOINT=true # Cognito has no other endpoints in GovCloud\n' : ''}errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
fail() { printf '%s\\n' "$1" >&2; exit 1; }
failed_but_for() { grep -Eq "$1" "$errors" || fail "$(cat "$errors")"; }
`;

export const findClients = `# IDs of the app clients of that name. Empty if the pool no longer exists.
find_clients() {
  found=$(aws cognito-idp list-user-pool-clients --region "$old_region" --user-pool-id "$old_pool" --output text \\
    --query "UserPoolClients[?ClientName=='$client'].ClientId" 2>"$errors") || failed_but_for ResourceNotFoundException
  printf '%s\\n' "$found" | tr '\\t' '\\n' | grep -v -e '^None$' -e '^$' || true
}
`;

/** @param flows the flows of the app client in $settings. */
export const putClient = (
  flows: readonly string[],
): string => `# One attempt, because a second one would create a second client. Some pools require the refresh flow.
call_client() {
  AWS_MAX_ATTEMPTS=1 aws cognito-idp "$@" --region "$old_region" --cli-input-json "$settings" \\
    --query UserPoolClient.ClientId --output text
}
put_client() {
  call_client "$@" 2>"$errors" && return
  failed_but_for REFRESH_TOKEN_AUTH
  call_client "$@" --explicit-auth-flows ${[...flows, 'ALLOW_REFRESH_TOKEN_AUTH'].join(' ')}
}
`;
