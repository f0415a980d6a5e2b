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
  | 'temporaryResetText'
  | 'temporaryFactors';

export const importSwitches: { readonly [S in ImportSwitch]: Switch<CognitoSettings[S]> } = {
  importBackslash: {
    id: 'Q16',
    question: 'What does a backslash in the CSV file of an import job become?',
    values: words('kept', 'dropped', 'fails'),
  },
  importBrokenRow: {
    id: 'Q16',
    question: 'What fails if a row of the CSV file has too few values?',
    values: words('fails-job', 'fails-row'),
  },
  importMfaWithoutPhone: {
    id: 'Q16',
    question: 'Does an import job take a user with MFA and without a phone number?',
    values: words('imported', 'failed'),
  },
  importSecondAddress: {
    id: 'Q16',
    question: 'Does an import job take a user with a second address that is not verified?',
    values: words('imported', 'failed'),
  },
  importTakenAlias: {
    id: 'Q16',
    question: 'What does an import job do with the alias of another user?',
    values: words('skipped', 'failed'),
  },
  importTwoAddressNames: {
    id: 'Q16',
    question: 'Does an import job fill a pool with two username attributes?',
    values: words('imported', 'failed'),
  },
  importThreshold: {
    id: 'Q16',
    question: 'How many users can fail or be skipped before an import job ends?',
    values: words('half', 'tenth', 'never'),
  },
  importFiresPreSignUp: {
    id: 'Q17',
    question: 'Does an import job fire pre sign-up?',
    values: yesOrNo,
  },
  importSourceAccount: {
    id: 'Q30',
    question: 'Does Cognito give its source when it uses the role of an import job?',
    values: words('given', 'absent'),
  },
  importedModified: {
    id: 'Q33',
    question: 'Is an imported user last modified when they were created?',
    values: words('at-creation', 'later'),
  },
  secondImportJob: {
    id: 'Q19',
    question: 'Can a pool have two running import jobs?',
    values: words('refused', 'accepted'),
  },
  resetRequiredHidden: {
    id: 'Q17',
    question: 'What does a sign-in of an imported user get where existence is hidden?',
    values: words('wrong-password', 'reset-required'),
  },
  temporaryFactors: {
    id: 'Q31',
    question: 'Which first factors can a user with a temporary password choose?',
    values: words('all', 'password'),
  },
  temporaryResetText: {
    id: 'Q20',
    question: 'Which words does a password reset of a temporary password have?',
    values: words('quoted', 'other'),
  },
};
