/** Q9: can an app client have only the admin password flow, without the refresh flow? */
import type { Check } from '../check.ts';
import { verdictOn } from '../fixtures/verdict.ts';
import { settingsPool } from './support.ts';

export const adminFlowOnly: Check = {
  id: 'Q9',
  title: 'an app client with ALLOW_ADMIN_USER_PASSWORD_AUTH only',
  kind: 'question',
  documented:
    'not said; refused in 2020 with "REFRESH_TOKEN_AUTH should always be allowed" (aws/aws-cdk#7625). Taken for accepted; where it is refused, init adds the refresh flow to the app client that it makes in the old pool',
  async run(scene) {
    const pool = await settingsPool(scene);
    const ExplicitAuthFlows = ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const];
    const { accepted, text } = await verdictOn(scene, () =>
      scene.makeClient(pool, 'admin-only', { ExplicitAuthFlows }),
    );
    return { same: accepted, seen: text };
  },
};
