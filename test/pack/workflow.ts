/** A workflow of GitHub Actions, as far as tests look at it. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';

const Permissions = z.record(z.string(), z.enum(['read', 'write']));
const Environment = z.record(z.string(), z.string());

const Step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: Environment.optional(),
});

const Job = z.object({
  uses: z.string().optional(),
  needs: z.string().optional(),
  permissions: Permissions.optional(),
  'timeout-minutes': z.number().optional(),
  strategy: z.object({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
  steps: z.array(Step).default([]),
});

const Workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  env: Environment.default({}),
  defaults: z.object({ run: z.object({ shell: z.string() }) }).optional(),
  jobs: z.record(z.string(), Job),
});
export type Workflow = z.output<typeof Workflow>;

export const readWorkflow = async (file: string): Promise<Workflow> =>
  Workflow.parse(parse(await readFile(file, 'utf8')));
