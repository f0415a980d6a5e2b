/**
 * Asks how the function finds users whose new sign-in name is no name of the old pool.
 * Asks only if the pools differ like that, and if the search would find somebody.
 */
import type { Vars } from '../../core/variables/index.ts';
import { type Case, shareOf } from '../../doctor/index.ts';
import type { Choice, Prompts } from '../terminal/questions.ts';
import type { Reporter } from '../terminal/reporter.ts';

type FindBy = Vars['FIND_BY'];

const words: Readonly<Record<FindBy, string>> = {
  email: 'verified email address',
  phone_number: 'verified phone number',
};

const noSearch = 'none';

/**
 * The attribute that the person chose, or undefined.
 * The answer that moves most users comes first.
 */
export async function chooseFindBy(
  { prediction, inputs }: Case,
  { prompts, reporter }: { readonly prompts: Prompts; readonly reporter: Reporter },
): Promise<FindBy | undefined> {
  const found = [...(prediction?.findable ?? [])].toSorted(([, a], [, b]) => b - a);
  if (prediction === undefined || found.length === 0) return undefined;
  const { OLD_USER_POOL_NAME: from, NEW_USER_POOL_NAME: to } = inputs;
  reporter.text(
    `\n  ${to} signs people in by a name that ${from} does not know.\n  The function can search ${from} for it, at most 30 times a second for all pools of that account and Region.\n`,
  );
  const choices: Choice<string>[] = [
    ...found.map(([attribute, users]) => ({
      value: attribute,
      name: `Find users by their ${words[attribute]}`,
      description: `lets ${shareOf(users, prediction)} move with it`,
    })),
    { value: noSearch, name: 'No search', description: `only names that ${from} signs people in with` },
  ];
  const answer = await prompts.pick({
    message: 'How are users found?',
    source: async (term) =>
      choices.filter(({ name }) => name.toLowerCase().includes((term ?? '').toLowerCase())),
    validate: async () => true,
  });
  return found.map(([attribute]) => attribute).find((attribute) => attribute === answer);
}
