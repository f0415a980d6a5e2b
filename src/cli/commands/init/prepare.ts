/** Runs between discovery and approval: the plan, the doctor, and the choices about attributes. */

import type { WayToMove } from '../../../aws/user-pool-client/index.ts';
import { allOf } from '../../../core/failed-together.ts';
import { assertClear, isChange, type Plan, plan } from '../../../core/plan.ts';
import type { Inputs, VarName } from '../../../core/variables/index.ts';
import { caseOf, type Facts, quick, wayOf, withFindable } from '../../../doctor/index.ts';
import { settingsFor } from '../../../steps/handler-settings.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import type { Beginning, Context } from '../../context.ts';
import { hasFips } from '../../session/fips.ts';
import type { Discovered } from '../../session/read-pools.ts';
import { readWay } from '../../session/way-to-move.ts';
import type { Choices } from '../../wizard/attribute-choices.ts';
import { chooseAttributes } from '../../wizard/attributes.ts';
import { chooseFindBy } from '../../wizard/find-by.ts';
import { assertNothingFinal, comparing, consult, factsOf } from '../doctor/index.ts';
import { assertRoomForRecords, tellAccepted, tellNotes } from '../plan/index.ts';
import { resetOnlyNote } from './view.ts';

export interface Prepared {
  readonly found: Discovered;
  readonly planned: Plan<StepId>;
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
}

/**
 * Reads for plan and doctor at the same time.
 * Throws for obstacles in the plan, and CheckError for blocking findings.
 */
export async function prepare(
  { io, reporter }: Context,
  beginning: Beginning,
  found: Discovered,
): Promise<Prepared> {
  const { aws, inputs } = found;
  const [planned, facts] = await reporter.busy('Checking both pools', (tell) => {
    const planning = plan(steps, aws, inputs);
    const hasChanges = () => planning.then(({ items }) => items.some(isChange));
    return allOf([planning, factsOf(found, quick, tell, hasChanges)]);
  });
  if (facts !== undefined) assertNothingFinal(caseOf(facts, inputs));
  assertClear(planned, inputs.ACCEPT);
  assertRoomForRecords(planned, found, beginning);
  tellNotes(planned, reporter.emit);
  tellAccepted(planned, reporter.emit);
  // The facts may not cover all app clients: there are too many, or none is readable.
  const way =
    (facts === undefined ? undefined : wayOf(caseOf(facts, inputs))) ?? (await readWay(found, reporter.emit));
  if (facts === undefined || !planned.items.some(isChange)) {
    if (way === 'password-reset') reporter.emit(resetOnlyNote);
    return { found, planned, way };
  }
  for (const message of facts.notes) reporter.emit({ type: 'note', level: 'info', message });
  const { decided, known } = await decide(found, facts, beginning, reporter);
  const again =
    decided === inputs ? planned : await reporter.busy('Planning', () => plan(steps, aws, decided));
  assertClear(again, inputs.ACCEPT);
  consult(caseOf(known, decided), again, reporter, io);
  return { found: { ...found, inputs: decided }, planned: again, way };
}

const attributeNames = ['MAP', 'DROP', 'SET', 'ADD_OLD_SUB'] as const satisfies readonly VarName[];

interface Decided {
  readonly decided: Inputs;
  /** The facts, with those that a choice made necessary. */
  readonly known: Facts;
}

/**
 * The inputs with the person's choices.
 * Returns the same object if nobody can answer or nothing changes.
 */
async function decide(
  { aws, inputs }: Discovered,
  facts: Facts,
  { resolved, prompts }: Beginning,
  reporter: Context['reporter'],
): Promise<Decided> {
  if (prompts === undefined) return { decided: inputs, known: facts };
  const isOpen = (name: VarName): boolean => (resolved.sources.get(name) ?? 'default') === 'default';
  const inputsWith = (choices: Choices & Pick<Inputs, 'FIND_BY'>): Inputs => {
    const chosen = { ...inputs, ...choices };
    const useFips = hasFips(inputs.SETTINGS);
    return { ...chosen, SETTINGS: settingsFor(facts.oldPool?.pool, facts.newPool.pool, chosen, useFips) };
  };
  const asksName = inputs.FIND_BY === undefined && isOpen('FIND_BY');
  const FIND_BY = asksName ? await chooseFindBy(caseOf(facts, inputs), { prompts, reporter }) : undefined;
  const named = FIND_BY === undefined ? inputs : inputsWith({ ...inputs, FIND_BY });
  const known =
    FIND_BY === undefined
      ? facts
      : await reporter.busy('Reading all users of the old pool', (tell) =>
          withFindable(
            aws,
            facts,
            caseOf(facts, named).settings,
            comparing('addresses', facts.oldPool, tell),
          ),
        );
  if (!attributeNames.every(isOpen)) return { decided: named, known };
  const choices = await chooseAttributes(named, {
    prompts,
    reporter,
    caseWith: (wanted) => caseOf(known, inputsWith(wanted)),
  });
  return { decided: choices === named ? named : inputsWith({ ...named, ...choices }), known };
}
