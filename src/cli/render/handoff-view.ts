/** What handoff says when the folder is written. */
import { declarationOf, flagOf, type VarName, type Vars } from '../../core/variables.ts';
import { defaultName } from '../../steps/names.ts';
import type { HalfInputs, OldHalf } from '../handoff/half.ts';
import { files } from '../handoff/readme.ts';
import { quoted } from '../shell.ts';
import type { Document } from './reporter.ts';
import { columns } from './style.ts';

const what: Readonly<Record<string, string>> = {
  [files.readme]: 'one page: what it allows, how to run it, what to send back',
  [files.cloudFormation]: 'CloudFormation template',
  [files.terraform]: 'Terraform',
  [files.make]: 'AWS CLI script',
  [files.remove]: 'takes it away again, when the migration is over',
};

/** init as it must be run afterwards: the old role lets in only a role of this name and path. */
function initCommand(inputs: HalfInputs & Partial<Pick<Vars, 'PROFILE'>>): string[] {
  const given = (name: VarName, value: string | undefined, standard?: unknown): string[] =>
    value === undefined || value === standard ? [] : [`${flagOf(name)} ${quoted(value)}`];
  return [
    'npx cognito-migrate init',
    ...given('PROFILE', inputs.PROFILE),
    ...given('OLD_USER_POOL_ID', inputs.OLD_USER_POOL_ID),
    ...given('NEW_USER_POOL_ID', inputs.NEW_USER_POOL_ID),
    ...given('NAME', inputs.NAME, defaultName(inputs.NEW_USER_POOL_ID)),
    ...given('ROLE_PATH', inputs.ROLE_PATH, declarationOf('ROLE_PATH').default),
    ...given('EXISTING_ROLE_ARN', inputs.EXISTING_ROLE_ARN),
    `${flagOf('EXISTING_OLD_ROLE_ARN')} OldRoleArn`,
    `${flagOf('EXISTING_OLD_EXTERNAL_ID')} OldExternalId`,
    `${flagOf('EXISTING_OLD_CLIENT_ID')} OldClientId`,
  ];
}

export function handoffDocument(
  folder: string,
  written: readonly string[],
  half: OldHalf,
  inputs: HalfInputs & Partial<Pick<Vars, 'PROFILE'>>,
): Document {
  const init = initCommand(inputs);
  return {
    json: {
      command: 'handoff',
      folder,
      files: written,
      oldUserPoolId: half.oldUserPoolId,
      newUserPoolId: half.newUserPoolId,
      functionRole: half.functionRole,
      roleName: half.roleName,
      externalId: half.externalId,
      init: init.join(' '),
    },
    text: (style) =>
      [
        `\n  ${style.ok} ${folder}   for the administrator of the account that ${half.oldUserPoolId} is in`,
        '',
        columns(
          written.map((name) => [name, what[name] ?? ''] as const),
          '    ',
        ),
        '',
        '  Its three outputs go back in; nothing live is touched before the function has proven that they work:',
        '',
        init.map((part, index) => `    ${index === 0 ? '' : '  '}${part}`).join(' \\\n'),
      ].join('\n'),
  };
}
