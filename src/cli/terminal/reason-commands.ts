/** Commands of an explanation that name what this one user's trial is about, so that they can be typed as they stand. */
import { regionOfPool } from '../../aws/arn.ts';
import type { Rehearsal } from '../../aws/function/rehearsal.ts';
import { quoted } from '../../core/shell.ts';
import { flagOf, type Inputs } from '../../core/variables/index.ts';

/** The migration, and what the function answered. */
export interface Case {
  readonly inputs: Pick<
    Inputs,
    'OLD_USER_POOL_ID' | 'OLD_PROFILE' | 'PROFILE' | 'ENDPOINT_URL' | 'MAP' | 'SET'
  >;
  readonly rehearsal: Pick<Rehearsal, 'badAttributes' | 'missingAttributes'>;
}

/** A command, made once the case is known. */
export type Command = (args: Case) => string;

/** Who is in the old pool, with the AWS CLI. */
export function listOldUsers({ inputs }: Case): string {
  const { OLD_USER_POOL_ID: id, OLD_PROFILE, PROFILE, ENDPOINT_URL: endpoint } = inputs;
  const profile = OLD_PROFILE ?? PROFILE;
  return [
    `aws cognito-idp list-users --user-pool-id ${id} --region ${regionOfPool(id)}`,
    ...(profile === undefined ? [] : [`--profile ${quoted(profile)}`]),
    ...(endpoint === undefined ? [] : [`--endpoint-url ${quoted(endpoint)}`]),
  ].join(' ');
}

/** Takes what is missing, or does not fit, from another attribute of the old pool. */
export const mapAttributes: Command = ({ inputs, rehearsal }) =>
  initWith(
    'MAP',
    inputs,
    namesIn(rehearsal, 'NEW').map((name) => ['OLD', name]),
  );

/** Gives what is missing a value that is the same for everybody. */
export const setAttributes: Command = ({ inputs, rehearsal }) =>
  initWith(
    'SET',
    inputs,
    namesIn(rehearsal, 'NAME').map((name) => [name, 'VALUE']),
  );

/** The attributes that this is about; `other` stands for whichever the person chooses where it is about none. */
function namesIn({ badAttributes = [], missingAttributes = [] }: Case['rehearsal'], other: string): string[] {
  const bad = badAttributes.map((text) => text.replace(/:[^:]*$/, '')); // its fault stands behind the name
  const names = missingAttributes.length > 0 ? missingAttributes : bad;
  return names.length > 0 ? [...names] : [other];
}

/** With the rules that there are: a flag that is given replaces all of them. */
function initWith(
  name: 'MAP' | 'SET',
  inputs: Case['inputs'],
  more: readonly (readonly [string, string])[],
): string {
  const rules = [
    ...Object.entries(inputs[name]).filter(([key]) => !more.some(([other]) => other === key)),
    ...more,
  ];
  return ['cognito-migrate init', ...rules.map((rule) => `${flagOf(name)} ${quoted(rule.join('='))}`)].join(
    ' ',
  );
}
