/**
 * Adds custom:moved_at and custom:moved_to to the old pool, only for `--move-once mark`.
 * Neither AWS nor teardown can ever remove them.
 */
import {
  AddCustomAttributesCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { userPoolUrl } from '../aws/console-url.ts';
import { errorName, isTransient, undefinedIfNotFound } from '../aws/errors.ts';
import { retry } from '../aws/retry.ts';
import { unlessImporting } from '../aws/user-pool/index.ts';
import { limits } from '../core/effects.ts';
import { ConflictError } from '../core/errors.ts';
import type { State } from '../core/state.ts';
import { movedAtName, movedToName } from '../lambda/settings.ts';
import { defineStep } from './define-step.ts';

type Props = { readonly names: readonly string[] };

/** The attributes, as the schema of a pool names them. */
export const markNames: readonly string[] = [movedAtName, movedToName];

/** The same, as AddCustomAttributes names them. */
export const markAttributeNames: readonly string[] = markNames.map((name) => name.replace(/^custom:/, ''));

/** Input of AddCustomAttributes. The function must be able to write them later, so they are mutable. */
const markAttributes = markAttributeNames.map((Name) => ({
  Name,
  AttributeDataType: 'String' as const,
  Mutable: true,
  StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
}));

const step = 'moved-marks';

/** Whether this migration has added the attributes, or may have before a kill. They can't carry tags. */
export function madeMarks(state: Pick<State, 'steps'> | undefined): boolean {
  const record = state?.steps[step];
  return record?.before?.isOurs === true;
}

export const movedMarks = defineStep({
  id: step,
  title: 'marks',
  effects: {
    missing: limits('The function cannot mark old users. Their old passwords may work again.'),
    drifted: limits('The function cannot mark old users. Their old passwords may work again.'),
    foreign: limits('Marks of somebody else may keep users from moving.'),
  },
  consoleUrl: ({ OLD_USER_POOL_ARN }) => userPoolUrl(OLD_USER_POOL_ARN),
  requires: ['OLD_USER_POOL_ID', 'OLD_USER_POOL_ARN'],
  optional: ['OWN_MARKS'],
  outputs: [],
  kind: 'modify',
  side: 'old',
  // The attributes are permanent, so everything else that may fail goes first.
  after: ['lambda-policy', 'policy-attachments', 'old-client', 'old-account-role', 'log-group', 'groups'],
  when: ({ MOVE_ONCE }) => MOVE_ONCE === 'mark',
  // After a handoff, the administrator of the old pool adds them.
  existing: ({ EXISTING_OLD_ROLE_ARN }) => (EXISTING_OLD_ROLE_ARN === undefined ? undefined : {}),
  iac: 'none',
  cleanup: 'none',
  permissions: [
    {
      sid: 'AddTheMarksOfMovedUsers',
      when: ({ MOVE_ONCE }) => MOVE_ONCE === 'mark',
      actions: { 'cognito-idp:AddCustomAttributes': ['init'] },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
    {
      sid: 'TakeMarksBack',
      when: ({ MOVE_ONCE }) => MOVE_ONCE === 'mark',
      actions: {
        'cognito-idp:AdminDeleteUserAttributes': ['watch'],
        'cognito-idp:AdminUpdateUserAttributes': ['sync'],
      },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
    {
      sid: 'EnableUsersWhoMoved',
      when: ({ MOVE_ONCE }) => MOVE_ONCE === 'disable',
      actions: { 'cognito-idp:AdminEnableUser': ['watch'], 'cognito-idp:AdminDisableUser': ['sync'] },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
    {
      sid: 'LookAtOldUsersBeforeTheyAreClosed',
      when: ({ MOVE_ONCE }) => MOVE_ONCE !== undefined,
      actions: { 'cognito-idp:ListUsers': ['sync'], 'cognito-idp:AdminGetUser': ['sync'] },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
    {
      sid: 'SeeWhetherAProviderWritesTheMarks',
      when: ({ MOVE_ONCE }) => MOVE_ONCE === 'mark',
      actions: {
        'cognito-idp:ListIdentityProviders': ['init'],
        'cognito-idp:DescribeIdentityProvider': ['init'],
      },
      resource: ({ OLD_USER_POOL_ARN }) => OLD_USER_POOL_ARN,
    },
  ],
  describe: ({ OLD_USER_POOL_NAME }) =>
    `${OLD_USER_POOL_NAME}: add ${markNames.join(' and ')} (text). This cannot be undone`,
  describeUnchanged: ({ OLD_USER_POOL_NAME }) =>
    `${OLD_USER_POOL_NAME} has ${markNames.join(' and ')} (text)`,
  describeRemoval: ({ OLD_USER_POOL_NAME }) =>
    `${OLD_USER_POOL_NAME}: ${markNames.join(' and ')} stay, because no attribute of a pool can be removed`,

  desired: (): Props => ({ names: [...markNames] }),

  async read({ aws, vars }) {
    const UserPoolId = vars.OLD_USER_POOL_ID;
    const answer = aws.old.idp.send(new DescribeUserPoolCommand({ UserPoolId }));
    const found = await undefinedIfNotFound(answer, 'ResourceNotFoundException');
    const schema = found?.UserPool?.SchemaAttributes ?? [];
    const there = schema.filter(({ Name = '' }) => markNames.includes(Name));
    if (there.length === 0) return undefined;
    const unfit = there.find(({ AttributeDataType, Mutable }) => AttributeDataType !== 'String' || !Mutable);
    const props: Props = { names: there.map(({ Name = '' }) => Name).toSorted() };
    if (vars.OWN_MARKS === true && unfit === undefined)
      return { props, outputs: {}, ownership: 'ours' as const };
    const owner = `${props.names.join(' and ')}, which this migration has not added`;
    return { props, outputs: {}, ownership: 'foreign' as const, owner };
  },

  async write({ aws, live, vars, saveSnapshot }) {
    const UserPoolId = vars.OLD_USER_POOL_ID;
    const lacking = markAttributes.filter(
      ({ Name }) => live?.props.names.includes(`custom:${Name}`) !== true,
    );
    if (lacking.length === 0) return { outputs: {} };
    await saveSnapshot({ isOurs: true });
    const request = new AddCustomAttributesCommand({ UserPoolId, CustomAttributes: lacking });
    let attempts = 0;
    const add = async (): Promise<void> => {
      attempts += 1;
      await aws.old.idpOnce.send(request);
    };
    const { clock, signal } = aws;
    try {
      await retry(() => unlessImporting(aws.old.idp, UserPoolId, add), isTransient, {
        within: 60_000,
        first: 500,
        longest: 10_000,
        clock,
        signal,
        onWait: () => undefined,
      });
    } catch (error) {
      // "Existing attribute already has name". After a lost response, the name is ours.
      if (errorName(error) !== 'InvalidParameterException') throw error;
      if (attempts < 2) {
        await saveSnapshot({ isOurs: false }, { isOurs: false });
        throw new ConflictError(`Somebody has just added ${markNames.join(' or ')} to the old pool`, {
          code: 'FOREIGN',
          found: markNames.join(', '),
          hint: [
            'A mark of somebody else would keep users from moving. --move-once disable  needs no attributes.',
          ],
        });
      }
    }
    return { outputs: {}, detail: `${markNames.join(' and ')} added` };
  },

  remove: async () => ({
    left: `${markNames.join(' and ')} stay: no attribute of a user pool can be removed`,
  }),
});
