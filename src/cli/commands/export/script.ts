/**
 * The desired state as a POSIX shell script around the AWS CLI.
 * It creates missing resources. init compares and repairs.
 */
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { oldPoolTag, poolTag } from '../../../aws/ownership.ts';
import { isList, type Json, type JsonObject } from '../../../core/json.ts';
import type { Resource, ResourceType } from '../../../core/resource.ts';
import { quoted } from '../../../core/shell.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { alarmArn, dashboardArn, policyArn } from '../../../steps/names.ts';
import { overLines } from '../../codegen/init-command.ts';
import { findClients, ownersHere, ownersIn, preparation, putClient, word } from '../../codegen/script.ts';
import type { Export } from './export.ts';
import { hasClient, knownOutputs, type Part, references } from './parts.ts';

/**
 * make.sh for the resources of one account. The old pool may be in another Region.
 * The parts have known outputs filled in.
 */
export function script(parts: readonly Part[], { inputs, init }: Export): string {
  const asksForClient = !hasClient(parts) && JSON.stringify(parts).includes(references.OLD_CLIENT_ID);
  const made = parts.flatMap(({ resources }) => resources.map((one) => sectionOf(one, inputs)));
  const { POLICY_ARN, ...others } = knownOutputs(inputs);
  const outputs = parts.some(({ step }) => step === 'lambda-policy') ? { ...others, POLICY_ARN } : others;
  const printed = Object.entries(outputs).map(
    ([name, value]) => `${name} ${value === references.OLD_CLIENT_ID ? '"$old_client_id"' : quoted(value)}`,
  );
  const { account, region } = parseArn(inputs.NEW_USER_POOL_ARN);
  return `#!/bin/sh
# Creates the user migration ${inputs.OLD_USER_POOL_ID} to ${inputs.NEW_USER_POOL_ID}, except for the live pool.
# Safe to run again: it creates only what is missing. Needs the AWS CLI, credentials of the account ${account}, and
# handler.zip beside it${asksForClient ? ". Its argument: the ID of the app client in the old pool, from that account's half" : ''}.
set -eu
name=${quoted(inputs.NAME)}
new_pool=${quoted(inputs.NEW_USER_POOL_ID)}
old_pool=${quoted(inputs.OLD_USER_POOL_ID)}
${asksForClient ? `old_client_id=\${1:?the ID of the app client in the old pool}\n` : ''}zip=$(dirname "$0")/handler.zip

${preparation(region)}
[ -f "$zip" ] || fail "There is no $zip. cognito-migrate export --format aws-cli --out FOLDER writes it beside the script."
account=$(aws sts get-caller-identity --query Account --output text)
[ "$account" = ${account} ] || fail "These are credentials of the account $account. The new pool is in ${account}."

# Whether it exists. Refuses resources that are not of this migration, according to their tags.
${ownersHere}
exists() { # exists <what> <query of its two tags> <call that reads it>
  what=$1 query=$2
  shift 2
  if ! found=$(aws "$@" --output text --query "$query" 2>"$errors"); then
    failed_but_for 'NoSuchEntity|ResourceNotFoundException'
    return 1
  fi
  [ "$found" = "$ours" ] || fail "There is already a $what $name that is not of this migration. It was not changed."
}

${made.join('\n')}
printf '%-15s%s\\n' ${printed.join(' \\\n  ')}
printf '%s\\n' ${quoted(ending(init))}
`;
}

const ending = (init: readonly string[]): string =>
  `\nNothing in a live pool was changed. To test the function and then set the trigger:\n\n${overLines(init, '  ')}`;

/** JSON as one shell word. Values that only the script knows become its variables. */
const wordHere = (value: Json): string =>
  word(value).replaceAll(references.OLD_CLIENT_ID, `'"$old_client_id"'`);

const inMap = (tags: string): string =>
  `'[${[poolTag, oldPoolTag].map((key) => `${tags}."${key}"`).join(', ')}]'`;

type Section = (calls: readonly JsonObject[], inputs: Inputs) => string;

/** The section of one resource. A resource with another name than the migration changes the variable for it. */
function sectionOf({ type, calls }: Resource, inputs: Inputs): string {
  const requests = calls.map(({ input }) => input);
  const [{ RoleName, PolicyName, FunctionName, AlarmName, DashboardName } = {}] = requests;
  const name = RoleName ?? PolicyName ?? FunctionName ?? AlarmName ?? DashboardName;
  const section = sections[type](requests, inputs);
  if (typeof name !== 'string' || name === inputs.NAME) return section;
  return `name=${quoted(name)}\n${section}name=${quoted(inputs.NAME)}\n`;
}

const putInline = ({ RoleName, PolicyName, PolicyDocument = null }: JsonObject): string =>
  `aws iam put-role-policy --role-name ${quoted(String(RoleName))} --policy-name ${quoted(String(PolicyName))} \\
  --policy-document ${word(PolicyDocument)}
`;

/** The script section of each type of resource. */
const sections: Readonly<Record<ResourceType, Section>> = {
  role: ([{ AssumeRolePolicyDocument = null, ...rest } = {}, inline]) => `# The role
role=${word(rest)}
trust=${word(AssumeRolePolicyDocument)}
if ! exists role ${ownersIn('Role.Tags')} \\
  iam get-role --role-name "$name"; then
  aws iam create-role --cli-input-json "$role" --assume-role-policy-document "$trust" >/dev/null
fi
${inline === undefined ? '' : putInline(inline)}`,
  policy: ([{ PolicyDocument = null, ...rest } = {}], inputs) => `# The policy
policy=${word(rest)}
document=${word(PolicyDocument)}
if ! exists policy ${ownersIn('Policy.Tags')} \\
  iam get-policy --policy-arn ${quoted(policyArn({ ...inputs, NAME: String(rest.PolicyName) }))}; then
  aws iam create-policy --cli-input-json "$policy" --policy-document "$document" >/dev/null
fi
`,
  'policy-attachment': (calls) => `# Its policies
${calls.map(({ PolicyArn }) => `aws iam attach-role-policy --role-name "$name" --policy-arn ${quoted(String(PolicyArn))}`).join('\n')}
`,
  'app-client': ([client = {}], inputs) => `# The app client in the old pool
old_region=${quoted(regionOfPool(inputs.OLD_USER_POOL_ID))}
client=${quoted(String(client.ClientName))}
settings=${word(client)}
${findClients}${putClient(isList(client.ExplicitAuthFlows) ? client.ExplicitAuthFlows.map(String) : [])}
clients=$(find_clients)
old_client_id=$(printf '%s\\n' "$clients" | head -n 1)
[ -n "$old_client_id" ] || old_client_id=$(put_client create-user-pool-client)
`,
  'log-group': ([
    group = {},
    retention = {},
  ]) => `# The log. An existing one is kept, and init checks its owner.
log=${word(group)}
retention=${word(retention)}
if aws logs create-log-group --cli-input-json "$log" 2>"$errors"; then
  aws logs put-retention-policy --cli-input-json "$retention"
else
  failed_but_for ResourceAlreadyExistsException
fi
`,
  function: ([lambda = {}], { CODE_SHA256 }) => `# The function
lambda=${wordHere(lambda)}
if ! exists function ${inMap('Tags')} \\
  lambda get-function --function-name "$name"; then
  tries=0
  until code=$(aws lambda create-function --cli-input-json "$lambda" --zip-file "fileb://$zip" \\
    --query CodeSha256 --output text 2>"$errors"); do
    failed_but_for 'cannot be assumed by Lambda'
    [ "$tries" -gt 0 ] || printf 'Waiting for IAM to let Lambda use the new role (usually 5 to 15 s)\\n' >&2
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "$(cat "$errors")"
    sleep 5
  done
  [ "$code" = ${quoted(CODE_SHA256)} ] || fail "handler.zip is not the code that this script is for. init corrects it."
fi
`,
  permission: ([permission = {}]) => `# The permission. An existing one is kept, and init compares it.
permission=${word(permission)}
aws lambda add-permission --cli-input-json "$permission" >/dev/null 2>"$errors" || failed_but_for ResourceConflictException
`,
  'async-retries': ([retries = {}]) => `# How Lambda repeats the work after a move
retries=${word(retries)}
aws lambda put-function-event-invoke-config --cli-input-json "$retries" >/dev/null
`,
  group: ([group = {}]) => `# A group of the new pool. One that is there stays as it is.
group=${word(group)}
aws cognito-idp create-group --cli-input-json "$group" >/dev/null 2>"$errors" || failed_but_for GroupExistsException
`,
  alarm: ([alarm = {}], inputs) => `# An alarm
alarm=${word(alarm)}
if ! exists alarm ${ownersIn('Tags')} \\
  cloudwatch list-tags-for-resource --resource-arn ${quoted(alarmArn(inputs, String(alarm.AlarmName)))}; then
  aws cloudwatch put-metric-alarm --cli-input-json "$alarm"
fi
`,
  dashboard: ([{ DashboardBody = null, ...rest } = {}], inputs) => `# The dashboard
dashboard=${word(rest)}
body=${word(DashboardBody)}
if ! exists dashboard ${ownersIn('Tags')} \\
  cloudwatch list-tags-for-resource --resource-arn ${quoted(dashboardArn(inputs))}; then
  aws cloudwatch put-dashboard --cli-input-json "$dashboard" --dashboard-body "$body" >/dev/null
fi
`,
};
