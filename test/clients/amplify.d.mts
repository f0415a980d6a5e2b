import type { AppClient, Pool } from './app-client.ts';

export declare function amplify(pool: Pool): AppClient;
