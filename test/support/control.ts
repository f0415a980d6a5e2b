/** Requests to the control endpoint of the local AWS. */
import { expect } from 'vitest';
import { keysOf, type Sandbox } from '../../src/sandbox/index.ts';

async function post({ url }: Sandbox, account: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}/_sandbox/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(201);
}

/** Adds past sign-ins through an app client: Cognito's metric, and the event history of CloudTrail. */
export const putSignIns = (sandbox: Sandbox, account: string, body: object): Promise<void> =>
  post(sandbox, account, 'sign-ins', body);

/** Adds points to a metric. */
export const putMetric = (sandbox: Sandbox, account: string, body: object): Promise<void> =>
  post(sandbox, account, 'metrics', { account, ...body });
