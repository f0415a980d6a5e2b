/**
 * Builds the commands in an explanation.
 * They fit this user and migration, so people can run them unchanged.
 */
import { regionOfPool } from '../../aws/arn.ts';
import type { Rehearsal } from '../../aws/function/rehearsal.ts';
import { quoted } from '../../core/shell.ts';
import { flagOf, type Inputs } from '../../core/variables/index.ts';

/** The migration, and the response of the function. */
export interface Case {
  readonly inputs: Pick<
    Inputs,
    'OLD_USER_POOL_ID' | 'OLD_PROFILE' | 'PROFILE' | 'ENDPOINT_URL' | 'MAP' | 'MOVE_ONCE' | 'SET'
  >;
  readonly rehearsal: Pick<Rehearsal, 'badAttributes' | 'missingAttributes'>;
}

/** Builds a command once the case is known. */
export type Command = (args: Case) => string;

/** AWS CLI command that lists the users of the old pool. */
export function listOldUsers({ inputs }: Case): string {
  const { OLD_USER_POOL_ID: id, OLD_PROFILE, PROFILE, ENDPOINT_URL: endpoint } = inputs;
  const profile = OLD_PROFILE ?? PROFILE;
  return [
    `aws cognito-idp list-users --user-pool-id ${id} --region ${regionOfPool(id)}`,
    ...(profile === undefined ? [] : [`--profile ${quoted(profile)}`]),
    ...(endpoint === undefined ? [] : [`--endpoint-url ${quoted(endpoint)}`]),
  ].join(' ');
}

/** Maps missing or unfit attributes from other attributes of the old pool. */
export const mapAttributes: Command = ({ inputs, rehearsal }) =>
  initWith(
    'MAP',
    inputs,
    namesIn(rehearsal, 'NEW').map((name) => ['OLD', name]),
  );

/** Sets missing attributes to the same value for all users. */
export const setAttributes: Command = ({ inputs, rehearsal }) =>
  initWith(
    'SET',
    inputs,
    namesIn(rehearsal, 'NAME').map((name) => [name, 'VALUE']),
  );

/** The affected attributes. If there are none, `placeholder` marks where to write one of your choice. */
function namesIn(
  { badAttributes = [], missingAttributes = [] }: Case['rehearsal'],
  placeholder: string,
): string[] {
  const badNames = badAttributes.map((text) => text.replace(/:[^:]*$/, '')); // the problem follows the name
  const names = missingAttributes.length > 0 ? missingAttributes : badNames;
  return names.length > 0 ? [...names] : [placeholder];
}

/** Includes the existing rules, because a flag replaces all of them. */
function initWith(
  name: 'MAP' | 'SET',
  inputs: Case['inputs'],
  newRules: readonly (readonly [string, string])[],
): string {
  const rules = [
    ...Object.entries(inputs[name]).filter(([key]) => !newRules.some(([other]) => other === key)),
    ...newRules,
  ];
  return ['cognito-migrate init', ...rules.map((rule) => `${flagOf(name)} ${quoted(rule.join('='))}`)].join(
    ' ',
  );
}
