/** The question about another migration that has the trigger of the new pool: ask both, replace it, or change nothing. */

import type { VarName, Vars } from '../../core/variables/index.ts';
import { type Chain, longestChain } from '../../steps/chain.ts';
import { defaultName } from '../../steps/names.ts';
import type { Answer, Conversation, Question } from './conversation.ts';

const question = {
  id: 'chain',
  title: 'Another migration into this pool',
  sets: ['REPLACE_TRIGGER', 'CHAIN', 'NAME'],
  branches: ['keep', 'chain', 'replace'],
} as const satisfies Question;

/** The place of this migration in the chain of the trigger, and that chain. */
interface Found {
  readonly links: Vars['CHAIN_LINKS'];
  readonly chain: Chain;
}

interface Asking {
  readonly chain?: Found | undefined;
  readonly inputs: Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID' | 'NEW_USER_POOL_NAME' | 'NAME'>;
}

/**
 * The answer's values. Undefined if there is nothing to ask, or nothing is to change.
 * @param isOpen Whether nobody has set this variable yet.
 */
export async function chooseChain(
  { chain, inputs }: Asking,
  isOpen: (name: VarName) => boolean,
  conversation: Conversation,
): Promise<Partial<Vars> | undefined> {
  const members = joinable(chain, inputs);
  const [first] = members;
  if (first === undefined || !isOpen('CHAIN') || !isOpen('REPLACE_TRIGGER')) return undefined;
  const NAME = freeName(
    inputs,
    members.map(({ name }) => name),
  );
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const named = NAME === inputs.NAME ? {} : { NAME };
  const as = NAME === inputs.NAME ? '' : `, as ${NAME}`;
  const put = async (earlier: Answer | undefined): Promise<Answer> => {
    const branch = await conversation.prompts.choose({
      message: `${inputs.NEW_USER_POOL_NAME} already moves users from ${first.oldUserPoolId}.`,
      choices: [
        { value: 'keep', name: 'Change nothing' },
        { value: 'chain', name: `Move users of both pools${as} (--chain)` },
        { value: 'replace', name: `Replace that migration${as}. teardown restores it.` },
      ],
      preselected: earlier?.branch,
    });
    const values = { REPLACE_TRIGGER: true, ...named, ...(branch === 'chain' && { CHAIN: true }) };
    return { branch, label: branch, values: branch === 'keep' ? {} : values };
  };
  const { branch, values } = await conversation.ask(question, put, OLD_USER_POOL_ID, NEW_USER_POOL_ID);
  return branch === 'keep' ? undefined : values;
}

/** The migrations that would be asked. Empty if this one is among them already, or cannot be. */
function joinable(found: Found | undefined, { OLD_USER_POOL_ID }: Asking['inputs']) {
  if (found === undefined || found.chain.broken !== undefined) return [];
  const { before, after } = found.links;
  const { members } = found.chain;
  const isTwice = members.some(({ oldUserPoolId }) => oldUserPoolId === OLD_USER_POOL_ID);
  return isTwice || before.length + after.length > 0 || members.length >= longestChain ? [] : members;
}

/** The name of this migration, or the next free one of the default names. */
function freeName({ NAME, NEW_USER_POOL_ID }: Asking['inputs'], taken: readonly string[]): string {
  const numbered = [2, 3].map((place) => `${defaultName(NEW_USER_POOL_ID)}-${place}`);
  return [NAME, ...numbered].find((name) => !taken.includes(name)) ?? NAME;
}
