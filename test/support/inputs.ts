/** Inputs of a migration as they are before anything exists. */
import { resolve } from '../../src/cli/inputs/resolve.ts';
import { defaultedNames, has, type Inputs, names } from '../../src/core/variables/index.ts';

/** Two pools of one account, every default, and whatever a test wants to be different. */
export function someInputs(more: Partial<Inputs> = {}): Inputs {
  const { values } = resolve(names, { flags: {}, env: {} });
  if (!has(values, defaultedNames)) throw new Error('a default is missing');
  return {
    ...values,
    OLD_USER_POOL_ID: 'eu-west-1_OldPool01',
    OLD_USER_POOL_ARN: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_OldPool01',
    OLD_USER_POOL_REGION: 'eu-west-1',
    OLD_USER_POOL_NAME: 'legacy',
    NEW_USER_POOL_ID: 'eu-west-1_NewPool01',
    NEW_USER_POOL_ARN: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_NewPool01',
    NEW_USER_POOL_NAME: 'fresh',
    NEW_CLIENT_NAMES: {},
    NAME: 'cognito-migrate-eu-west-1_NewPool01',
    SETTINGS: 'e30',
    FRESH_EXTERNAL_ID: '0123456789abcdef0123456789abcdef',
    UNDO_RECORDS: {},
    CODE_SHA256: 'sha',
    ...more,
  };
}
