/** The variables of groups, old users after a move, and sign-ups. See definitions.ts for the others. */
import * as z from 'zod/mini';
import { type Declaration, declare } from './definition.ts';
import {
  asBoolean,
  groupPlan,
  groupRoles,
  groups,
  heldSlots,
  oneOf,
  parseGroups,
  parsePairs,
} from './schemas.ts';

export const afterMoveVariables = {
  GROUPS: declare(groups, {
    describe:
      'copy memberships of this group when a user moves, OLD=NEW for another name, or "all" (repeatable; pass "none" to stop); needs custom:old_sub',
    flag: '--groups <name>',
    group: 'Users and attributes',
    repeatable: true,
    parse: parseGroups,
    remembered: true,
    clearable: true,
  }),
  GROUP_ROLES: declare(groupRoles, {
    describe:
      'create the group of this old group with an IAM role, OLD=ARN (repeatable); without it, created groups have no role',
    flag: '--group-role <old=arn>',
    group: 'Users and attributes',
    repeatable: true,
    parse: parsePairs,
    remembered: true,
    clearable: true,
  }),
  GROUPS_IN_FIRST_TOKEN: declare(() => z.boolean(), {
    describe:
      'with --groups: in the first token too, by the Pre token generation trigger (pass "no" to stop)',
    flag: '--groups-in-first-token [yes|no]',
    group: 'Users and attributes',
    parse: asBoolean,
    remembered: true,
  }),
  MOVE_ONCE: declare(oneOf(['disable', 'mark']), {
    describe:
      'close the old user after the move: disable (ends its sessions in old apps) or mark (adds attributes to the old pool) (pass "none" to stop); needs custom:old_sub',
    flag: '--move-once <how>',
    group: 'Users and attributes',
    remembered: true,
    clearable: true,
  }),
  GUARD_SIGN_UP: declare(() => z.boolean(), {
    describe:
      'refuse sign-ups with names of users who have not moved, by the Pre sign-up trigger (pass "no" to stop); needs custom:old_sub',
    flag: '--guard-sign-up [yes|no]',
    group: 'Users and attributes',
    parse: asBoolean,
    remembered: true,
  }),
  GUARD_FEDERATED: declare(() => z.boolean(), {
    describe: 'with --guard-sign-up: names of users of identity providers too',
    flag: '--guard-federated',
    group: 'Users and attributes',
    parse: asBoolean,
    remembered: true,
  }),
  HELD_SLOTS: declare(heldSlots, { describe: 'the optional triggers that call the function' }),

  GROUP_PLAN: declare(groupPlan, { describe: 'the groups to copy and to create' }),

  OWN_MARKS: declare(() => z.boolean(), {
    describe: 'whether this migration added the attributes of --move-once mark to the old pool',
  }),
} as const satisfies Record<string, Declaration>;
