/** Between finding a migration and approving it: the plan, the doctor, and the choices about attributes. */
import type { WayToMove } from '../../../aws/user-pool-client/index.ts';
import type { Note } from '../../../core/events.ts';
import { allOf } from '../../../core/failed-together.ts';
import { assertClear, isChange, plan } from '../../../core/plan.ts';
import type { Inputs, VarName } from '../../../core/variables/index.ts';
import {
  caseOf,
  type Facts,
  type Movers,
  moversOf,
  quick,
  wayOf,
  withFindable,
} from '../../../doctor/index.ts';
import { settingsFor } from '../../../steps/handler-settings.ts';
import { steps } from '../../../steps/index.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import type { Migration, PlannedMigration } from '../../migration/read-migration.ts';
import { readWay } from '../../migration/way-to-move.ts';
import { hasFips } from '../../session/fips.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { type Choices, chooseAttributes } from '../../wizard/attributes.ts';
import { chooseFindBy } from '../../wizard/find-by.ts';
import { assertNothingFinal, comparedText, comparing, consult, factsOf } from '../doctor/index.ts';
import { acceptedNotes, assertRoomForRecords, planNotes } from '../plan/index.ts';
import { resetOnlyNote } from './view.ts';

/** A migration that nothing refuses so far. */
export interface CheckedMigration extends PlannedMigration {
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
  /** Whether any user can move. Undefined if unknown. */
  readonly movers: Movers | undefined;
  /** The doctor's facts. Undefined if there is nothing to change or no fact to go by. */
  readonly facts: Facts | undefined;
}

/**
 * Reads for plan and doctor at the same time.
 * Throws for what blocks the plan, and CheckError for findings that nobody may accept.
 */
export async function checkPools(found: Migration, { busy, emit }: Reporter): Promise<CheckedMigration> {
  const { aws, inputs } = found;
  const [planned, facts] = await busy('Checking both pools', (onProgress) => {
    const planning = plan(steps, aws, inputs);
    const hasChanges = () => planning.then(({ items }) => items.some(isChange));
    const facts = factsOf(found, quick, (one) => onProgress(comparedText(one)), hasChanges);
    return allOf([planning, facts]);
  });
  const asCase = facts === undefined ? undefined : caseOf(facts, inputs);
  if (asCase !== undefined) assertNothingFinal(asCase);
  assertClear(planned, inputs.ACCEPT);
  assertRoomForRecords(planned, found);
  [...planNotes(planned), ...acceptedNotes(planned)].forEach(emit);
  // The facts may not cover all app clients: there are too many, or none is readable.
  const known = asCase === undefined ? undefined : wayOf(asCase);
  const { way, unread } =
    known === undefined
      ? await busy('Reading app clients', (onProgress) => readWay(found, onProgress))
      : { way: known, unread: [] };
  const isToDo = facts !== undefined && planned.items.some(isChange);
  const notes: Note[] = [
    ...noticeNotes(unread, 'warning'),
    ...(isToDo ? noticeNotes(facts.notices, 'info') : []),
    ...(!isToDo && way === 'password-reset' ? [resetOnlyNote] : []),
  ];
  notes.forEach(emit);
  const movers = asCase === undefined ? undefined : moversOf(asCase);
  return { ...found, planned, way, movers, facts: isToDo ? facts : undefined };
}

const attributeNames = ['MAP', 'DROP', 'SET', 'ADD_OLD_SUB'] as const satisfies readonly VarName[];

/**
 * The migration with the person's choices about names and attributes, and its plan.
 * Throws CheckError for blocking findings. Asks nothing if there is nothing to change.
 */
export async function chooseRules(
  checked: CheckedMigration,
  { prompts, resolved }: Given,
  reporter: Reporter,
  isShow: boolean,
): Promise<CheckedMigration> {
  const { aws, facts, inputs } = checked;
  if (facts === undefined) return checked;
  const isOpen = (name: VarName): boolean => (resolved.sources.get(name) ?? 'default') === 'default';
  const inputsWith = (choices: Choices & Pick<Inputs, 'FIND_BY'>): Inputs => {
    const chosen = { ...inputs, ...choices };
    const useFips = hasFips(inputs.SETTINGS);
    return { ...chosen, SETTINGS: settingsFor(facts.oldPool?.pool, facts.newPool.pool, chosen, useFips) };
  };
  let decided = inputs;
  /** The facts, with those that a choice made necessary. */
  let known = facts;
  if (prompts !== undefined && inputs.FIND_BY === undefined && isOpen('FIND_BY')) {
    const FIND_BY = await chooseFindBy(caseOf(facts, inputs), { prompts, reporter });
    if (FIND_BY !== undefined) {
      const searching = inputsWith({ ...inputs, FIND_BY });
      const { settings } = caseOf(facts, searching);
      known = await reporter.busy('Reading all users of the old pool', (onProgress) =>
        withFindable(
          aws,
          facts,
          settings,
          comparing('addresses', facts.oldPool, (compared) => onProgress(comparedText(compared))),
        ),
      );
      decided = searching;
    }
  }
  if (prompts !== undefined && attributeNames.every(isOpen)) {
    const named = decided;
    const caseWith = (wanted: Choices) => caseOf(known, inputsWith({ ...named, ...wanted }));
    const choices = await chooseAttributes(named, { prompts, reporter, caseWith });
    if (choices !== named) decided = inputsWith({ ...named, ...choices });
  }
  const planned =
    decided === inputs ? checked.planned : await reporter.busy('Planning', () => plan(steps, aws, decided));
  assertClear(planned, inputs.ACCEPT);
  const chosen = caseOf(known, decided);
  consult(chosen, planned, reporter, isShow);
  return { ...checked, inputs: decided, planned, movers: moversOf(chosen) };
}
