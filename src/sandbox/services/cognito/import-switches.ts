/** The settings about import jobs that anyone can choose, each with its question and its values. */
import type { CognitoSettings } from './settings.ts';

export interface Switch<V> {
  readonly question: string;
  /** ID of the self-test question that AWS answers. Absent if no test pool can show the answer. */
  readonly id?: string;
  readonly values: Readonly<Record<string, V>>;
}

/** Names each value after itself. */
export const words = <V extends string>(...values: readonly V[]): Readonly<Record<string, V>> =>
  Object.fromEntries(values.map((value) => [value, value]));
export const yesOrNo: Readonly<Record<string, boolean>> = { no: false, yes: true };

type ImportSwitch =
  | (`import${string}` & keyof CognitoSettings)
  | 'secondImportJob'
  | 'resetRequiredHidden'
  | 'temporaryResetText';

export const importSwitches: { readonly [S in ImportSwitch]: Switch<CognitoSettings[S]> } = {
  importBackslash: {
    question: 'What does a backslash in the CSV file of an import job become?',
    values: words('kept', 'dropped', 'fails'),
  },
  importBrokenRow: {
    question: 'What fails if a row of the CSV file has too few values?',
    values: words('fails-job', 'fails-row'),
  },
  importMfaWithoutPhone: {
    question: 'Does an import job take a user with MFA and without a phone number?',
    values: words('imported', 'failed'),
  },
  importSecondAddress: {
    question: 'Does an import job take a user with a second address that is not verified?',
    values: words('imported', 'failed'),
  },
  importTakenAlias: {
    question: 'What does an import job do with the alias of another user?',
    values: words('skipped', 'failed'),
  },
  importTwoAddressNames: {
    question: 'Does an import job fill a pool with two username attributes?',
    values: words('imported', 'failed'),
  },
  importThreshold: {
    question: 'How many users can fail or be skipped before an import job ends?',
    values: words('half', 'tenth', 'never'),
  },
  importFiresPreSignUp: {
    question: 'Does an import job fire pre sign-up?',
    values: yesOrNo,
  },
  importSourceAccount: {
    question: 'Does Cognito give its source when it uses the role of an import job?',
    values: words('given', 'absent'),
  },
  importedModified: {
    question: 'Is an imported user last modified when they were created?',
    values: words('at-creation', 'later'),
  },
  secondImportJob: {
    question: 'Can a pool have two running import jobs?',
    values: words('refused', 'accepted'),
  },
  resetRequiredHidden: {
    question: 'What does a sign-in of an imported user get where existence is hidden?',
    values: words('wrong-password', 'reset-required'),
  },
  temporaryResetText: {
    question: 'Which words does a password reset of a temporary password have?',
    values: words('quoted', 'other'),
  },
};
