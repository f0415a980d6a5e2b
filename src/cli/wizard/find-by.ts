/**
 * Asks how the function finds users whose new sign-in name is no name of the old pool.
 * Asks only if the pools differ like that, and if the search would find somebody.
 */
import type { Vars } from '../../core/variables/index.ts';
import { type Case, shareOf } from '../../doctor/index.ts';
import type { Choice } from '../terminal/questions.ts';
import type { Reporter } from '../terminal/reporter.ts';
import type { Answer, Conversation } from './conversation.ts';
import * as declared from './questions.ts';

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
  { conversation, reporter }: { readonly conversation: Conversation; readonly reporter: Reporter },
): Promise<FindBy | undefined> {
  const found = [...(prediction?.findable ?? [])].toSorted(([, a], [, b]) => b - a);
  if (prediction === undefined || found.length === 0) return undefined;
  const { OLD_USER_POOL_NAME: from, NEW_USER_POOL_NAME: to } = inputs;
  const choices: Choice<string>[] = [
    ...found.map(([attribute, users]) => ({
      value: attribute,
      name: `Find users by their ${words[attribute]}`,
      description: `${shareOf(users, prediction)} can move with it`,
    })),
    { value: noSearch, name: 'No search', description: `Only names that ${from} accepts at sign-in move.` },
  ];
  const put = async (earlier: Answer | undefined): Promise<Answer> => {
    reporter.askAbout(
      `\n  ${to} signs people in by a name that ${from} does not know.\n  The function can search ${from} for it, at most 30 times a second for all pools of that account and Region.\n`,
    );
    const chosen = await conversation.prompts.choose({
      message: 'How are users found?',
      choices,
      preselected: earlier?.branch,
    });
    const [FIND_BY] = found.flatMap(([attribute]) => (attribute === chosen ? [attribute] : []));
    const label = choices.find(({ value }) => value === chosen)?.name ?? chosen;
    return { branch: chosen, label, values: FIND_BY === undefined ? {} : { FIND_BY } };
  };
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const answer = await conversation.ask(declared.findBy, put, OLD_USER_POOL_ID, NEW_USER_POOL_ID);
  return answer.values.FIND_BY;
}
