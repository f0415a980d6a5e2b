/** What is live, and therefore in no template: the pool's trigger and its app clients. */
import { deployedBy, iacSnippet, type iacTools } from '../../../aws/user-pool/index.ts';
import { flowsWithPassword, readClient } from '../../../aws/user-pool-client/index.ts';
import { functionArn } from '../../../steps/names.ts';
import { oldSubName } from '../../../steps/old-sub.ts';
import type { Discovered } from '../../session/read-pools.ts';

type IacTool = (typeof iacTools)[number];

export interface LiveSettings {
  readonly userPoolId: string;
  /** The one member of the pool's LambdaConfig. */
  readonly userMigration: string;
  /** The chosen app clients, with all flows that each has once the password flow is added. */
  readonly clients: readonly {
    readonly clientId: string;
    readonly name: string;
    readonly explicitAuthFlows: readonly string[];
  }[];
  /** The attribute must be in the pool's schema before the trigger is set. */
  readonly needsOldSub: boolean;
  /** What the pool was deployed with, if its tags tell. */
  readonly deployedBy?: IacTool;
}

/** Reads the chosen app clients, as plan does. */
export async function readLive({ aws, inputs, newPool }: Discovered): Promise<LiveSettings> {
  const { NEW_USER_POOL_ID: userPoolId, NEW_CLIENT_NAMES } = inputs;
  const clients = await Promise.all(
    Object.entries(NEW_CLIENT_NAMES).map(async ([clientId, name]) => {
      const { client } = await readClient(aws.new.idp, userPoolId, clientId);
      return { clientId, name, explicitAuthFlows: flowsWithPassword(client) };
    }),
  );
  const schema = newPool?.pool.SchemaAttributes ?? [];
  const tool = deployedBy(newPool?.pool.UserPoolTags ?? {}, newPool?.pool.Name ?? '');
  return {
    userPoolId,
    userMigration: functionArn(inputs),
    clients,
    needsOldSub: inputs.ADD_OLD_SUB === true && !schema.some(({ Name }) => Name === oldSubName),
    ...(tool === undefined ? {} : { deployedBy: tool }),
  };
}

/** What to add to the code that the pool itself is deployed from. */
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
  ];
  return [iacSnippet(tool, live.userMigration), ...more.map((line) => `${sign} ${line}`)].join('\n');
}
