/**
 * Shows the table of attributes, and lets the person change each row.
 * Asks only once, and only if nobody has chosen yet.
 */
import { MigrateError } from '../../core/errors.ts';
import type { Inputs } from '../../core/variables/index.ts';
import { type AttributeRow, attributeTable, type Case } from '../../doctor/index.ts';
import { oldSubName, unfitForSub } from '../../steps/old-sub.ts';
import type { Choice, Prompts } from '../terminal/questions.ts';
import { errorText, type Reporter } from '../terminal/reporter.ts';
import { tableText } from './attribute-table.ts';

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

const goOn = 'go on';
const addSub = 'add the attribute for the old sub';
const keepSub = 'keep the old sub';

/** The person's choices. Returns the same object if they changed nothing. */
export async function chooseAttributes(first: Choices, asking: Asking): Promise<Choices> {
  const { reporter, caseWith } = asking;
  let choices = first;
  for (;;) {
    const currentCase = caseWith(choices);
    const rows = attributeTable(currentCase);
    reporter.text(`\n  Attributes\n${tableText(rows, currentCase, reporter.style)}\n`);
    const answer = await pick(asking, 'Attributes as above?', menu(rows, currentCase));
    if (answer === goOn) return choices;
    const wanted = await change(answer, rows, choices, asking);
    try {
      caseWith(wanted);
      choices = wanted;
    } catch (error) {
      if (!(error instanceof MigrateError)) throw error;
      reporter.text(errorText(error, reporter.style));
    }
  }
}

const pick = ({ prompts }: Asking, message: string, choices: readonly Choice<string>[]): Promise<string> =>
  prompts.pick({
    message,
    source: async (term) =>
      choices.filter(({ name }) => name.toLowerCase().includes((term ?? '').toLowerCase())),
    validate: async () => true,
  });

const nameOf = (row: AttributeRow): string => row.old ?? row.new ?? '';

function menu(rows: readonly AttributeRow[], args: Case): Choice<string>[] {
  const changes = rows.map((row) => ({ value: nameOf(row), name: `Change ${nameOf(row)}` }));
  return [{ value: goOn, name: 'Go on' }, ...subChoices(args), ...changes];
}

function subChoices({ facts, inputs, settings }: Case): Choice<string>[] {
  if (settings.map.rename.sub !== undefined) return [];
  const { SchemaAttributes = [] } = facts.newPool.pool;
  const existing = SchemaAttributes.find(({ Name }) => Name === oldSubName);
  if (existing === undefined) {
    const name = `Keep the old sub: add ${oldSubName} to ${inputs.NEW_USER_POOL_NAME}`;
    return [
      { value: addSub, name, description: 'an immutable attribute of the pool; this cannot be undone' },
    ];
  }
  return unfitForSub(existing) === undefined
    ? [{ value: keepSub, name: `Keep the old sub in ${oldSubName} (recommended)` }]
    : [];
}

async function change(
  answer: string,
  rows: readonly AttributeRow[],
  choices: Choices,
  asking: Asking,
): Promise<Choices> {
  if (answer === keepSub) return choose(choices, 'sub', { what: 'move', to: oldSubName });
  if (answer === addSub) {
    const message = `Add ${oldSubName} to the new pool? It can never be changed or removed again.`;
    return (await asking.prompts.confirm({ message, default: false }))
      ? { ...choices, ADD_OLD_SUB: true }
      : choices;
  }
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
  const answer = await pick(asking, old, [
    { value: copy, name: 'Copy it as it is' },
    { value: move, name: 'Copy it to another attribute' },
    { value: drop, name: 'Leave it out' },
  ]);
  if (answer === copy) return choose(choices, old, { what: 'copy' });
  if (answer === drop) return choose(choices, old, { what: 'drop' });
  const to = await pick(asking, `${old} goes to`, targets(asking.caseWith(choices)));
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
  const answer = await pick(asking, name, [
    { value, name: 'The same value for everybody' },
    ...sources.map((old) => ({ value: `${move} ${old}`, name: `Take ${old}` })),
    { value: drop, name: 'Leave it empty' },
  ]);
  if (answer === drop) return setValue(choices, name, undefined);
  if (answer !== value) {
    const old = answer.slice(move.length + 1);
    return choose(setValue(choices, name, undefined), old, { what: 'move', to: name });
  }
  const validate = async (text: string) => text !== '' || 'Enter a value';
  return setValue(choices, name, await asking.prompts.input({ message: `${name} of everybody`, validate }));
}
