import { plan } from '../../../core/plan.ts';
import { assertClear } from '../../../core/plan-blockers.ts';
import type { Inputs, VarName } from '../../../core/variables/index.ts';
import { caseOf, diagnose, type Facts, withFindable } from '../../../doctor/index.ts';
import { decodeSettings } from '../../../lambda/settings-codec.ts';
import { groupPlanFor, madeGroups } from '../../../steps/group-plan.ts';
import { settingsFor } from '../../../steps/handler-settings.ts';
import { steps } from '../../../steps/index.ts';
import { liveGroups } from '../../migration/recover-inputs.ts';
import { hasFips } from '../../session/fips.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { type Choices, chooseAttributes } from '../../wizard/attributes.ts';
import type { Conversation } from '../../wizard/conversation.ts';
import { decide, userDecisions } from '../../wizard/decisions.ts';
import { chooseFindBy } from '../../wizard/find-by.ts';
import { comparedText, comparing, consult } from '../doctor/index.ts';
import { type CheckedMigration, isOpenIn, type Talking } from './check-pools.ts';

const attributeNames = ['MAP', 'DROP', 'SET'] as const satisfies readonly VarName[];

/**
 * The migration with the person's decisions about names, users, and attributes, and its plan.
 * Throws CheckError for blocking findings. Asks nothing if there is nothing to change.
 */
export async function chooseRules(
  checked: CheckedMigration,
  { conversation, resolved }: Talking,
  reporter: Reporter,
  isShow: boolean,
): Promise<CheckedMigration> {
  const { aws, facts, inputs } = checked;
  if (facts === undefined) return checked;
  const isOpen = isOpenIn(resolved);
  const inputsWith = (chosen: Inputs): Inputs => {
    const useFips = hasFips(inputs.SETTINGS);
    return { ...chosen, SETTINGS: settingsFor(facts.oldPool?.pool, facts.newPool.pool, chosen, useFips) };
  };
  const { decided, known } =
    conversation === undefined
      ? { decided: inputs, known: facts }
      : await askAboutUsers(checked, facts, inputsWith, isOpen, conversation, reporter);
  const planned =
    decided === inputs
      ? checked.planned
      : await reporter.busy('Planning', () => plan(steps, aws, decided, checked));
  assertClear(planned, inputs.ACCEPT);
  const isUnchanged = decided === inputs && known === facts;
  const diagnosis = (isUnchanged && checked.diagnosis) || diagnose(known, decided);
  consult(diagnosis, planned, reporter, isShow);
  return { ...checked, inputs: decided, planned, diagnosis, movers: diagnosis.movers };
}

/** The inputs with the answers, and the facts with those that an answer made necessary. */
async function askAboutUsers(
  { aws, inputs, mfaShare, searched, state, ownFunction }: CheckedMigration,
  facts: Facts,
  inputsWith: (chosen: Inputs) => Inputs,
  isOpen: (name: VarName) => boolean,
  conversation: Conversation,
  reporter: Reporter,
): Promise<{ readonly decided: Inputs; readonly known: Facts }> {
  let decided = inputs;
  let known = facts;
  const search = inputs.FIND_BY === undefined && isOpen('FIND_BY');
  const FIND_BY = search ? await chooseFindBy(caseOf(facts, inputs), { conversation, reporter }) : undefined;
  if (FIND_BY !== undefined) {
    decided = inputsWith({ ...inputs, FIND_BY });
    const settings = decodeSettings(decided.SETTINGS);
    const reading =
      searched.get(FIND_BY) ??
      reporter.busy('Reading all users of the old pool', (onProgress) =>
        withFindable(
          aws,
          facts,
          settings,
          comparing('addresses', facts.oldPool, (compared) => onProgress(comparedText(compared))),
        ),
      );
    searched.set(FIND_BY, reading);
    known = await reading;
  }
  for (const id of userDecisions) {
    const situation = { facts: known, inputs: decided, mfaShare, otherTrigger: undefined };
    const answer = await decide(id, situation, isOpen, conversation);
    if (answer === undefined) continue;
    const { GROUPS: wish } = answer.values;
    const { oldGroups, newGroups } = known;
    const found = {
      roles: decided.GROUP_ROLES,
      newPoolArn: decided.NEW_USER_POOL_ARN,
      oldGroups,
      made: madeGroups(state),
      live: liveGroups(ownFunction),
    };
    const GROUP_PLAN = wish && newGroups && groupPlanFor({ ...found, wish, newGroups });
    decided = inputsWith({ ...decided, ...answer.values, ...(GROUP_PLAN && { GROUP_PLAN }) });
  }
  if (attributeNames.every(isOpen)) {
    const named = decided;
    const caseWith = (wanted: Choices) => caseOf(known, inputsWith({ ...named, ...wanted }));
    const choices = await chooseAttributes(named, { conversation, reporter, caseWith });
    if (choices !== named) decided = inputsWith({ ...named, ...choices });
  }
  return { decided, known };
}
