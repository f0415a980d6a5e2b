/** Questions that only a live pool can answer, one check each. Each check creates its own pools. */
import type { Check } from '../check.ts';
import { adminFlowOnly } from './admin-flow-only.ts';
import {
  groupsAtPostAuthentication,
  groupsAtPreToken,
  newUserFound,
  preTokenAttributes,
} from './after-a-move.ts';
import { aliasAtMigration } from './alias-at-migration.ts';
import { errorTexts } from './error-texts.ts';
import { forgotPasswordConfirmed } from './forgot-password.ts';
import { filteredUsers, partedUserLists, subAsUsername } from './found-users.ts';
import { hiddenExistence } from './hidden-existence.ts';
import {
  importedDates,
  importedRows,
  importedSignIn,
  importSource,
  secondImport,
  temporaryFactors,
  temporaryReset,
} from './imports.ts';
import { litePlan, litePlanKept } from './lite-pool.ts';
import { managedLogin } from './managed-login.ts';
import { mfaKept, mfaRoundTrip } from './mfa-round-trip.ts';
import { nullAction } from './null-action.ts';
import { numberForms } from './number-forms.ts';
import { omittedName } from './omitted-name.ts';
import { otherTriggers } from './other-triggers.ts';
import { reservedTags } from './reserved-tags.ts';
import { searchedCase } from './searched-case.ts';
import { senderKey } from './sender-key.ts';
import { disabledSessions, immutableMapping } from './sessions-and-mappings.ts';
import { signUpOrder, unlistedAttributes } from './sign-up-attributes.ts';
import { triggerEvents } from './trigger-events.ts';
import { trueInOtherCase } from './true-in-other-case.ts';
import { userAuth } from './user-auth.ts';

/** In the order of the report. */
export const questions: readonly Check[] = [
  userAuth,
  hiddenExistence,
  forgotPasswordConfirmed,
  otherTriggers,
  mfaRoundTrip,
  mfaKept,
  litePlan,
  litePlanKept,
  reservedTags,
  omittedName,
  adminFlowOnly,
  nullAction,
  errorTexts,
  managedLogin,
  triggerEvents,
  senderKey,
  aliasAtMigration,
  trueInOtherCase,
  numberForms,
  unlistedAttributes,
  signUpOrder,
  searchedCase,
  partedUserLists,
  filteredUsers,
  subAsUsername,
  groupsAtPostAuthentication,
  groupsAtPreToken,
  newUserFound,
  preTokenAttributes,
  immutableMapping,
  disabledSessions,
  importedRows,
  importedSignIn,
  secondImport,
  temporaryReset,
  importSource,
  temporaryFactors,
  importedDates,
];
