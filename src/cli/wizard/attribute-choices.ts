/** The person's choices about attributes, in the form of MAP, DROP, SET, and ADD_OLD_SUB. */
import type { Inputs } from '../../core/variables/index.ts';

export type Choices = Pick<Inputs, 'MAP' | 'DROP' | 'SET' | 'ADD_OLD_SUB'>;

/** The treatment of one old attribute. */
export type Fate =
  | { readonly what: 'copy' }
  | { readonly what: 'move'; readonly to: string }
  | { readonly what: 'drop' };

const withoutKey = (record: Readonly<Record<string, string>>, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** The choices with a new treatment of this old attribute. */
export function choose(choices: Choices, old: string, fate: Fate): Choices {
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
export function setValue(choices: Choices, name: string, value: string | undefined): Choices {
  const SET = withoutKey(choices.SET, name);
  return { ...choices, SET: value === undefined ? SET : { ...SET, [name]: value } };
}
