/** Live settings, which no template contains: the pool's trigger and its app clients. */
import { deployedBy, iacSnippet, type iacTools } from '../../../aws/user-pool/index.ts';
import { flowsWithPassword, readClient } from '../../../aws/user-pool-client/index.ts';
import { heldSlotNames } from '../../../core/variables/schemas.ts';
import { markNames } from '../../../steps/moved-marks.ts';
import { functionArn } from '../../../steps/names.ts';
import { oldSubName } from '../../../steps/old-sub.ts';
import { chosenSlots } from '../../../steps/trigger-slots.ts';
import type { Migration } from '../../migration/read-migration.ts';

type IacTool = (typeof iacTools)[number];

export interface LiveSettings {
  readonly userPoolId: string;
  /** The value of the first member in the pool's LambdaConfig. */
  readonly userMigration: string;
  /** The value of another one, if sign-ups are guarded. */
  readonly preSignUp?: string;
  /** The value of another one, if groups are in the first token. */
  readonly preTokenGeneration?: string;
  /** The chosen app clients. Each lists all its flows, including the added password flow. */
  readonly clients: readonly {
    readonly clientId: string;
    readonly name: string;
    readonly explicitAuthFlows: readonly string[];
  }[];
  /** Whether the pool's schema needs the attribute before the trigger is set. */
  readonly needsOldSub: boolean;
  /** Present if the old pool's schema needs the attributes of `--move-once mark`, which init adds. */
  readonly needsMarks?: true;
  /** The tool that deployed the pool, if its tags show it. */
  readonly deployedBy?: IacTool;
}

/** Reads the chosen app clients, as plan does. */
export async function readLive({ aws, inputs, newPool, oldPool }: Migration): Promise<LiveSettings> {
  const { NEW_USER_POOL_ID: userPoolId, NEW_CLIENT_NAMES } = inputs;
  const clients = await Promise.all(
    Object.entries(NEW_CLIENT_NAMES).map(async ([clientId, name]) => {
      const { client } = await readClient(aws.new.idp, userPoolId, clientId);
      return { clientId, name, explicitAuthFlows: flowsWithPassword(client) };
    }),
  );
  const schema = newPool?.pool.SchemaAttributes ?? [];
  const slots = chosenSlots(inputs);
  const tool = deployedBy(newPool?.pool.UserPoolTags ?? {}, newPool?.pool.Name ?? '');
  return {
    userPoolId,
    userMigration: functionArn(inputs),
    ...(slots.includes('PreSignUp') ? { preSignUp: functionArn(inputs) } : {}),
    ...(slots.includes('PreTokenGeneration') ? { preTokenGeneration: functionArn(inputs) } : {}),
    clients,
    needsOldSub: inputs.ADD_OLD_SUB === true && !schema.some(({ Name }) => Name === oldSubName),
    ...(inputs.MOVE_ONCE === 'mark' && lacksMarks(oldPool) ? { needsMarks: true as const } : {}),
    ...(tool === undefined ? {} : { deployedBy: tool }),
  };
}

const lacksMarks = (oldPool: Migration['oldPool']): boolean =>
  markNames.some((name) => oldPool?.pool.SchemaAttributes?.some(({ Name }) => Name === name) !== true);

/** The snippet for the code that deploys the pool itself. */
export function snippetFor(tool: IacTool, live: LiveSettings): string {
  const sign = tool === 'cloudformation' || tool === 'serverless' || tool === 'terraform' ? '#' : '//';
  const more = [
    ...live.clients.map(
      ({ clientId, name, explicitAuthFlows }) =>
        `all flows of ${name.replaceAll(/\s+/g, ' ')} (${clientId}): ${explicitAuthFlows.join(', ')}`,
    ),
    ...(live.needsOldSub
      ? [`before that, in the pool's schema: ${oldSubName.replace('custom:', '')}, String, not mutable`]
      : []),
    ...(live.needsMarks
      ? [`before that, in the old pool's schema: ${markNames.join(', ')}, String, mutable`]
      : []),
  ];
  return [
    iacSnippet(
      tool,
      live.userMigration,
      heldSlotNames.filter(
        (slot) => live[slot === 'PreSignUp' ? 'preSignUp' : 'preTokenGeneration'] !== undefined,
      ),
    ),
    ...more.map((line) => `${sign} ${line}`),
  ].join('\n');
}
