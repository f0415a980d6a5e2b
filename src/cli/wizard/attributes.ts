/**
 * Shows the table of attributes, and lets the person change each row.
 * Asks only once, and only if nobody has chosen yet.
 */
import { MigrateError } from '../../core/errors.ts';
import { exactFirst } from '../../core/near.ts';
import type { Inputs } from '../../core/variables/index.ts';
import { type AttributeRow, attributeTable, type Case } from '../../doctor/index.ts';
import { oldSubName } from '../../steps/old-sub.ts';
import { Back, type Choice, type Prompts } from '../terminal/questions.ts';
import { errorText, type Reporter } from '../terminal/reporter.ts';
import { tableText } from './attribute-table.ts';
import type { Answer, Conversation } from './conversation.ts';
import * as declared from './questions.ts';

/** The person's choices about attributes, in the form of MAP, DROP, SET, and ADD_OLD_SUB. */
export type Choices = Pick<Inputs, 'MAP' | 'DROP' | 'SET' | 'ADD_OLD_SUB'>;

/** The treatment of one old attribute. */
type Fate =
  | { readonly what: 'copy' }
  | { readonly what: 'move'; readonly to: string }
  | { readonly what: 'drop' };

const withoutKey = (record: Readonly<Record<string, string>>, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** The choices with a new treatment of this old attribute. */
function choose(choices: Choices, old: string, fate: Fate): Choices {
  const MAP = withoutKey(choices.MAP, old);
  const DROP = choices.DROP.filter((name) => name !== old);
  switch (fate.what) {
    case 'copy':
      return { ...choices, MAP, DROP };
    case 'move':
      return { ...choices, MAP: { ...MAP, [old]: fate.to }, DROP };
    case 'drop':
      return { ...choices, MAP, DROP: [...DROP, old] };
  }
}

/** The choices with a new fixed value for this attribute. Undefined removes the value. */
function setValue(choices: Choices, name: string, value: string | undefined): Choices {
  const SET = withoutKey(choices.SET, name);
  return { ...choices, SET: value === undefined ? SET : { ...SET, [name]: value } };
}

interface Asking {
  readonly prompts: Prompts;
  readonly reporter: Reporter;
  /** The migration with these choices. Throws UsageError for impossible choices. */
  readonly caseWith: (choices: Choices) => Case;
}

interface Talking extends Omit<Asking, 'prompts'> {
  readonly conversation: Conversation;
}

const goOn = 'go on';

/** The person's choices. Returns the same object if they changed nothing. */
export async function chooseAttributes(first: Choices, talking: Talking): Promise<Choices> {
  const { conversation } = talking;
  const asking = { ...talking, prompts: conversation.prompts };
  const put = async (earlier: Answer | undefined): Promise<Answer> => {
    const { MAP, DROP, SET } = await changeRows(withRules(first, earlier), asking);
    const isChanged = JSON.stringify([MAP, DROP, SET]) !== JSON.stringify([first.MAP, first.DROP, first.SET]);
    return isChanged
      ? { branch: 'changed', label: 'changed', values: { MAP, DROP, SET } }
      : { branch: 'as shown', label: 'as shown', values: {} };
  };
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = talking.caseWith(first).inputs;
  const answer = await conversation.ask(declared.attributes, put, OLD_USER_POOL_ID, NEW_USER_POOL_ID);
  return withRules(first, answer);
}

/** The choices with the rules of the answer. Another question decides about the old sub. */
function withRules(first: Choices, answer: Answer | undefined): Choices {
  if (answer?.branch !== 'changed') return first;
  const { MAP = {}, DROP = [], SET = {} } = answer.values;
  const isDecided = first.MAP.sub !== undefined || MAP.sub === oldSubName;
  const sub = isDecided ? first.MAP.sub : MAP.sub;
  const rules = { ...withoutKey(MAP, 'sub'), ...(sub === undefined ? {} : { sub }) };
  return { ...first, MAP: rules, DROP, SET };
}

/** Shows the table until the person goes on. Esc in a question about one row leaves the row as it is. */
async function changeRows(first: Choices, asking: Asking): Promise<Choices> {
  const { reporter, caseWith } = asking;
  let choices = first;
  for (;;) {
    const currentCase = caseWith(choices);
    const rows = attributeTable(currentCase);
    reporter.askAbout(`\n  Attributes\n${tableText(rows, currentCase, reporter.style)}\n`);
    const answer = await pick(asking, 'Copy attributes as shown?', menu(rows));
    if (answer === goOn) return choices;
    try {
      const wanted = await change(answer, rows, choices, asking);
      caseWith(wanted);
      choices = wanted;
    } catch (error) {
      if (error instanceof MigrateError && error.kind === 'usage')
        reporter.askAbout(errorText(error, reporter.style));
      else if (!(error instanceof Back)) throw error;
    }
  }
}

const pick = ({ prompts }: Asking, message: string, choices: readonly Choice<string>[]): Promise<string> =>
  prompts.pick({
    message,
    source: async (term = '') =>
      exactFirst(
        term,
        choices.filter(({ name }) => name.toLowerCase().includes(term.toLowerCase())),
        ({ name }) => [name],
      ),
    validate: async () => true,
  });

const nameOf = (row: AttributeRow): string => row.old ?? row.new ?? '';

function menu(rows: readonly AttributeRow[]): Choice<string>[] {
  const changes = rows.map((row) => ({ value: nameOf(row), name: `Change ${nameOf(row)}` }));
  return [{ value: goOn, name: 'Yes' }, ...changes];
}

async function change(
  answer: string,
  rows: readonly AttributeRow[],
  choices: Choices,
  asking: Asking,
): Promise<Choices> {
  const row = rows.find((one) => nameOf(one) === answer);
  if (row?.old !== undefined) return changeOld(row.old, choices, asking);
  return row?.new === undefined ? choices : changeFixed(row.new, rows, choices, asking);
}

const copy = 'copy';
const move = 'move';
const drop = 'drop';
const value = 'value';

/** Asks about an old attribute: copy it, copy it to another attribute, or leave it out. */
async function changeOld(old: string, choices: Choices, asking: Asking): Promise<Choices> {
  const answer = await pick(asking, `What should happen to "${old}"?`, [
    { value: copy, name: 'Copy it unchanged' },
    { value: move, name: 'Copy it to another attribute' },
    { value: drop, name: "Don't copy it" },
  ]);
  if (answer === copy) return choose(choices, old, { what: 'copy' });
  if (answer === drop) return choose(choices, old, { what: 'drop' });
  const to = await pick(asking, `Copy "${old}" to which attribute?`, targets(asking.caseWith(choices)));
  return choose(choices, old, { what: 'move', to });
}

/** Attributes of the new pool that a rule may write. */
const targets = ({ settings }: Case): Choice<string>[] =>
  Object.keys(settings.schema ?? {})
    .filter((name) => !/^identities$|_verified$/.test(name))
    .sort()
    .map((name) => ({ value: name, name }));

/**
 * Asks about a new attribute that no old one fills.
 * Another old one fills it, all users get the same value, or it stays empty.
 */
async function changeFixed(
  name: string,
  rows: readonly AttributeRow[],
  choices: Choices,
  asking: Asking,
): Promise<Choices> {
  const sources = rows.flatMap(({ old }) => (old === undefined || old === 'sub' ? [] : [old]));
  const answer = await pick(asking, `What should "${name}" contain?`, [
    { value, name: 'The same value for all users' },
    ...sources.map((old) => ({ value: `${move} ${old}`, name: `The value of "${old}"` })),
    { value: drop, name: 'Nothing' },
  ]);
  if (answer === drop) return setValue(choices, name, undefined);
  if (answer !== value) {
    const old = answer.slice(move.length + 1);
    return choose(setValue(choices, name, undefined), old, { what: 'move', to: name });
  }
  const validate = async (text: string) => text !== '' || 'Enter a value';
  return setValue(
    choices,
    name,
    await asking.prompts.input({ message: `Value of "${name}" for all users`, validate }),
  );
}
