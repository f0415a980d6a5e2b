/** The doctor predicts failures and losses, and gives remedies. Pure functions over facts. */
import type { WayToMove } from '../aws/user-pool-client/index.ts';
import { type Finding, type ReviewedFinding, reviewed } from '../core/findings.ts';
import type { Inputs } from '../core/variables/index.ts';
import { decodeSettings } from '../lambda/settings-codec.ts';
import type { Case, Theme } from './check.ts';
import { attributes } from './checks/attributes.ts';
import { chain } from './checks/chain.ts';
import { clients, wayOf } from './checks/clients.ts';
import { findBy } from './checks/find-by.ts';
import { groups } from './checks/groups.ts';
import { limits } from './checks/limits.ts';
import { mfa } from './checks/mfa.ts';
import { moveOnce } from './checks/move-once.ts';
import { oldSub } from './checks/old-sub.ts';
import { permissions } from './checks/permissions.ts';
import { required } from './checks/required.ts';
import { rules } from './checks/rules.ts';
import { security } from './checks/security.ts';
import { signUp } from './checks/sign-up.ts';
import { triggers } from './checks/triggers.ts';
import { usernames } from './checks/usernames.ts';
import { users } from './checks/users.ts';
import { vouched } from './checks/vouched.ts';
import type { Facts } from './facts.ts';
import { type Prediction, predict } from './predict.ts';
import { updateBlockers } from './update-blockers.ts';

export { type AttributeRow, attributeTable } from './attribute-table.ts';
export { type Case, isOpen, shareOf } from './check.ts';
export { oldSubWriters } from './checks/old-sub.ts';
export { hasStricterPasswords } from './checks/security.ts';
export { isVouching, openToStrangers } from './checks/vouched.ts';
export {
  type Depth,
  type Facts,
  type PrefetchedFacts,
  prefetchFacts,
  quick,
  readFacts,
  readWriters,
  thorough,
  withFindable,
} from './facts.ts';

export { type Prediction, Predictor } from './predict.ts';

/** CM301 to CM321. */
const newPool: Theme = ({ facts }) => updateBlockers(facts.newPool, { importJobs: facts.importJobs });

const themes: readonly Theme[] = [
  required,
  attributes,
  rules,
  permissions,
  oldSub,
  usernames,
  vouched,
  findBy,
  users,
  clients,
  triggers,
  newPool,
  mfa,
  signUp,
  chain,
  security,
  limits,
  groups,
  moveOnce,
];

/**
 * One migration with these choices, as the doctor sees it.
 * @param whole The prediction for all users of the old pool, in place of that for the sample.
 */
export function caseOf(facts: Facts, inputs: Inputs, expected?: number, whole?: Prediction): Case {
  const settings = decodeSettings(inputs.SETTINGS);
  const { sample } = facts;
  const isEmpty = sample === undefined || sample.users.length === 0;
  return {
    facts,
    inputs,
    settings,
    prediction: isEmpty ? undefined : (whole ?? predict(sample, settings)),
    expected,
  };
}

/** Whether the function would move any user of the old pool. */
export type Movers = 'some' | 'none' | 'none of the sample';

/** Undefined if no users could be read, or if there are none. */
function moversOf({ prediction, settings }: Case): Movers | undefined {
  if (prediction === undefined) return undefined;
  if (settings.mfa === 'block' && settings.oldPoolMfa === 'ON') return 'none';
  if (prediction.movable > 0) return 'some';
  return prediction.isAll ? 'none' : 'none of the sample';
}

/** A case, and all that follows from it. */
export interface Diagnosis extends Case {
  /** Worst first. */
  readonly findings: readonly ReviewedFinding[];
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
  /** Whether any user can move. Undefined if unknown. */
  readonly movers: Movers | undefined;
}

/** Diagnoses the migration with these choices. The parameters are those of `caseOf`. */
export function diagnose(...args: Parameters<typeof caseOf>): Diagnosis {
  const asCase = caseOf(...args);
  const movers = moversOf(asCase);
  const way = wayOf(asCase);
  const findings: readonly Finding[] = themes.flatMap((theme) => theme(asCase));
  return { ...asCase, movers, way, findings: reviewed(findings, asCase.inputs.ACCEPT) };
}
