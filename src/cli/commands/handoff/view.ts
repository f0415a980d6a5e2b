/** The output of handoff, after it wrote the folder. */

import type { FindingId } from '../../../core/findings.ts';
import { flagOf, type VarName, type Vars } from '../../../core/variables/index.ts';
import { commandFor, overLines } from '../../codegen/init-command.ts';
import type { HalfInputs, OldHalf } from '../../codegen/old-account/half.ts';
import { files } from '../../codegen/old-account/readme.ts';
import { type ChangedRights, rightsLines } from '../../codegen/old-account/rights.ts';
import type { Document } from '../../terminal/reporter.ts';
import { columns } from '../../terminal/style.ts';

const what: Readonly<Record<string, string>> = {
  [files.readme]: 'one page: what it allows, how to run it, what to send back',
  [files.cloudFormation]: 'CloudFormation template',
  [files.terraform]: 'Terraform',
  [files.make]: 'AWS CLI script',
  [files.remove]: 'removes it, when the migration is over',
  [files.update]: 'AWS CLI script that changes only the permissions of the role',
};

/** The page of an update. */
const changes = 'one page: what changes, and how to apply it';

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
  'GROUPS',
  'MOVE_ONCE',
] as const satisfies readonly VarName[];

const mayLackRights: FindingId = 'CM611';

/**
 * Consent to choices that need rights in the old pool: the handoff that is applied first gives them.
 * @param before the half that the live function needs.
 */
const acceptance = (half: OldHalf, before: OldHalf | undefined): string[] =>
  (half.seesGroups && before?.seesGroups !== true) ||
  (half.closes !== undefined && before?.closes !== half.closes)
    ? [`${flagOf('ACCEPT')} ${mayLackRights}`]
    : [];

export function handoffDocument(
  folder: string,
  written: readonly string[],
  half: OldHalf,
  inputs: HalfInputs & Partial<Pick<Vars, 'PROFILE'>>,
): Document {
  const init = [
    ...commandFor('init', inputs, identifyingNames),
    ...acceptance(half, undefined),
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
        '  Give its four outputs to init. Nothing in a live pool changes before a test call of the function succeeds:',
        '',
        overLines(init, '    '),
      ].join('\n'),
  };
}

/**
 * The output of handoff --update.
 * The role gets a permission before the setting uses it, and loses it after. So no sign-in fails in between.
 * @param before the half that the live function needs.
 * @param rights undefined if nothing changes. Then no file was written.
 * @param cleared variables that the operator cleared with "none".
 */
export function updateDocument(
  folder: string,
  written: readonly string[],
  { half, before }: { readonly half: OldHalf; readonly before: OldHalf },
  rights: ChangedRights | undefined,
  inputs: HalfInputs & Partial<Pick<Vars, 'PROFILE'>>,
  cleared: readonly VarName[],
): Document {
  const init = [
    ...commandFor('init', inputs, identifyingNames),
    ...identifyingNames.filter((name) => cleared.includes(name)).map((name) => `${flagOf(name)} none`),
    ...acceptance(half, before),
  ];
  const { added = [], removed = [] } = rights ?? {};
  return {
    json: {
      command: 'handoff',
      ...(written.length === 0 ? {} : { folder }),
      files: written,
      oldUserPoolId: half.oldUserPoolId,
      newUserPoolId: half.newUserPoolId,
      roleName: half.roleName,
      added,
      removed,
      init: init.join(' '),
    },
    text(style) {
      if (rights === undefined)
        return `\n  ${style.ok} Nothing to update: the role ${half.roleName} needs the same permissions as before.`;
      const order =
        added.length > 0
          ? '  The administrator applies it first. Then:'
          : '  The administrator applies it last. Before that:';
      return [
        `\n  ${style.ok} ${folder}   for the administrator of the account that ${half.oldUserPoolId} is in`,
        '',
        ...rightsLines(rights).map((line) => `    ${line}`),
        '',
        columns(
          written.map((name) => [name, (name === files.readme ? changes : what[name]) ?? ''] as const),
          '    ',
        ),
        '',
        order,
        '',
        overLines(init, '    '),
      ].join('\n');
    },
  };
}
