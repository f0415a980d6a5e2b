/** Q36: which forms of a number does a Number attribute accept? */
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Check } from '../check.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';
import { asker, inTurn, type Observation, plainNames, together } from './support.ts';

const attribute = 'number';

/** Each form, and whether it is a whole number in the usual notation. */
const forms = [
  ['1', true],
  ['-1', true],
  ['1.50', false],
  ['+1', false],
  ['1e3', false],
  ['007', false],
] as const;

async function look(
  { sides, ...scene }: SelfTestScene,
  pool: ThrowAwayPool,
  [Value, isWhole]: (typeof forms)[number],
): Promise<Observation> {
  const create = new AdminCreateUserCommand({
    UserPoolId: pool.id,
    Username: asker(pool, 'none').username,
    UserAttributes: [{ Name: `custom:${attribute}`, Value }],
    MessageAction: 'SUPPRESS',
  });
  const { accepted, text } = await verdictOn(scene, () => sides.new.idp.send(create));
  return { attempt: Value, same: accepted === isWhole, seen: text };
}

export const numberForms: Check = {
  id: 'Q36',
  title: 'forms of a number that a Number attribute takes',
  kind: 'question',
  documented:
    'not said: taken for whole numbers only. This program copies whole numbers and leaves out every other form (CM105), so that no user is refused for it',
  async run(scene) {
    const Schema = [{ Name: attribute, AttributeDataType: 'Number' as const, Mutable: true }];
    const pool = await scene.makePool('new', 'q-number', { ...plainNames, Schema });
    return together(await inTurn(forms, (form) => look(scene, pool, form)));
  },
};
