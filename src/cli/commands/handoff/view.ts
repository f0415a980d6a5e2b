/** The output of handoff, after it wrote the folder. */
import { flagOf, type VarName, type Vars } from '../../../core/variables/index.ts';
import { commandFor, overLines } from '../../codegen/init-command.ts';
import type { HalfInputs, OldHalf } from '../../codegen/old-account/half.ts';
import { files } from '../../codegen/old-account/readme.ts';
import type { Document } from '../../terminal/reporter.ts';
import { columns } from '../../terminal/style.ts';

const what: Readonly<Record<string, string>> = {
  [files.readme]: 'one page: what it allows, how to run it, what to send back',
  [files.cloudFormation]: 'CloudFormation template',
  [files.terraform]: 'Terraform',
  [files.make]: 'AWS CLI script',
  [files.remove]: 'takes it away again, when the migration is over',
};

/** Variables that the old role depends on. It admits only a role with this name and path. */
const identifyingNames = [
  'PROFILE',
  'OLD_USER_POOL_ID',
  'NEW_USER_POOL_ID',
  'NAME',
  'ROLE_PATH',
  'EXISTING_ROLE_ARN',
  'MAP',
  'FIND_BY',
] as const satisfies readonly VarName[];

export function handoffDocument(
  folder: string,
  written: readonly string[],
  half: OldHalf,
  inputs: HalfInputs & Partial<Pick<Vars, 'PROFILE'>>,
): Document {
  const init = [
    ...commandFor('init', inputs, identifyingNames),
    `${flagOf('EXISTING_OLD_ROLE_ARN')} OldRoleArn`,
    `${flagOf('EXISTING_OLD_EXTERNAL_ID')} OldExternalId`,
    `${flagOf('EXISTING_OLD_CLIENT_ID')} OldClientId`,
    `${flagOf('EXISTING_OLD_SIGN_IN')} OldSignIn`,
  ];
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
        '  Its four outputs go back in; nothing live is touched before the function has proven that they work:',
        '',
        overLines(init, '    '),
      ].join('\n'),
  };
}
