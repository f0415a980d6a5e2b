/** Which profile reaches the account of the old pool. */
import { profileNames } from '../aws/profiles.ts';
import { UsageError } from '../core/errors.ts';
import { flagOf } from '../core/variables.ts';
import type { Prompts } from './prompts.ts';

const nobody = '';

/** A profile of the AWS configuration files. Throws UsageError, with the way out, when there is no access at all. */
export async function askOldAccount(prompts: Prompts): Promise<string> {
  const profiles = await profileNames();
  const answer = await prompts.pick({
    message: "Which profile is for the old pool's account?",
    source: async (term) => [
      ...profiles.filter((name) => name.includes(term ?? '')).map((name) => ({ value: name, name })),
      { value: nobody, name: '… none: its administrator has to do that half' },
    ],
    validate: async () => true,
  });
  if (answer !== nobody) return answer;
  throw new UsageError("The old pool's account needs its administrator", {
    code: 'HANDOFF_NEEDED',
    hint: [
      'cognito-migrate handoff  writes a folder with all that the administrator needs to make that half.',
      `Its three outputs go back in:  init ${flagOf('EXISTING_OLD_ROLE_ARN')} … ${flagOf('EXISTING_OLD_EXTERNAL_ID')} … ${flagOf('EXISTING_OLD_CLIENT_ID')} …`,
    ],
  });
}
