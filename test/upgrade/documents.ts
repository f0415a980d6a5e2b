/**
 * The documents of `--json` as version 1.0.0 promised them: names, types, and values that scripts may read. Members may be
 * added; one that is gone, or is of another type, breaks a script.
 */
import * as z from 'zod';
import { publishedHealths } from '../../src/core/published-names.ts';
import { StatusDocument } from '../../src/core/status-document.ts';

const count = z.int().nonnegative();
const text = z.string().min(1);
const time = z.iso.datetime();
const texts = z.array(z.string());

const Note = z.looseObject({
  level: z.enum(['info', 'warning']),
  message: text,
  id: z.string().optional(),
});

const Failure = z.looseObject({
  name: text,
  code: z.string().regex(/^[A-Z_]+$/),
  message: text,
  exitCode: z.int(),
  found: z.unknown().optional(),
  expected: z.unknown().optional(),
  hint: texts,
});

/** What every document of a command has. */
const documentOf = <S extends z.ZodRawShape>(command: string, shape: S) =>
  z.looseObject({
    ok: z.boolean(),
    command: z.literal(command),
    notes: z.array(Note).optional(),
    ...shape,
  });

const pool = z.looseObject({ id: text, name: text, users: count.nullable() });
const variables = z.record(z.string().regex(/^[A-Z_]+$/), text);
const thing = { step: text, key: text.optional(), title: text };

const Difference = z.looseObject({
  path: text,
  found: z.unknown().optional(),
  wanted: z.unknown().optional(),
});

const Done = z.looseObject({
  ...thing,
  done: z.enum(['created', 'updated', 'unchanged', 'brought', 'checked', 'removed', 'absent', 'left']),
  ms: count,
  detail: z.string().optional(),
});

const plan = documentOf('plan', {
  changes: count,
  oldUserPoolId: text,
  newUserPoolId: text,
  items: z
    .array(
      z.looseObject({
        ...thing,
        action: z.enum(['create', 'update', 'none', 'waiting', 'brought', 'foreign', 'unknown']),
        line: text,
        owner: z.string().optional(),
        differences: z.array(Difference).optional(),
        waitsFor: texts.optional(),
      }),
    )
    .min(1),
  refusals: z.array(Failure).optional(),
});

const init = documentOf('init', {
  account: z.string().regex(/^\d{12}$/),
  changes: count,
  checked: count,
  variables,
  clients: texts,
  steps: z.array(Done).min(1),
  state: text,
});

const status = documentOf('status', {
  version: z.literal(1),
  healthy: z.boolean(),
  installed: z.boolean(),
  account: text,
  oldUserPool: pool,
  newUserPool: pool,
  since: time.nullable(),
  steps: z.array(
    z.looseObject({
      ...thing,
      health: z.enum(publishedHealths),
      line: text,
      owner: z.string().optional(),
      waitsFor: texts,
      differences: z.array(Difference),
    }),
  ),
  users: z.looseObject({
    total: countsOf(),
    lastDay: countsOf(),
    reasons: z.record(z.string(), count),
    complete: z.boolean(),
  }),
  probe: z.looseObject({ ok: z.boolean(), message: text }).optional(),
  variables,
}).refine((document) => StatusDocument.safeParse(document).success, 'is not as --json-schema says');

function countsOf() {
  return z.looseObject({
    migrated: count,
    reset: count,
    wrongCredentials: count,
    refused: count,
    failed: count,
  });
}

const doctor = documentOf('doctor', {
  oldUserPool: pool,
  newUserPool: pool,
  sample: z.looseObject({ users: count, all: z.boolean() }).nullable(),
  findings: z.array(
    z.looseObject({
      id: z.string().regex(/^CM\d{3}$/),
      severity: z.enum(['blocking', 'warning', 'info']),
      what: text,
      why: text,
      fix: text,
      accepted: z.boolean(),
    }),
  ),
  attributes: z.array(
    z.looseObject({
      old: z.string().nullable(),
      users: count.nullable(),
      new: z.string().nullable(),
      action: text,
    }),
  ),
});

const oldAccount = z.looseObject({
  account: text,
  roleName: text,
  clientName: text,
  script: text,
  isForLater: z.boolean(),
});

const leaving = {
  changes: count,
  users: z.looseObject({ moved: count, notMoved: count.nullable(), complete: z.boolean() }),
  oldAccount: oldAccount.optional(),
};

const teardown = documentOf('teardown', { ...leaving, steps: z.array(Done) });
const teardownPlan = documentOf('teardown', {
  ...leaving,
  dryRun: z.literal(true),
  items: z.array(z.looseObject({ ...thing, would: text, line: text })),
});

const restore = documentOf('restore', { changes: count, restored: texts, gone: z.array(z.unknown()) });
const restorePlan = documentOf('restore', {
  dryRun: z.literal(true),
  changes: count,
  items: z.array(z.looseObject({ name: text, settings: texts })),
  gone: z.array(z.unknown()),
});

const trial = documentOf('try', {
  username: text,
  works: z.boolean(),
  explanation: z.looseObject({ means: text, next: texts }),
  existing: z.looseObject({ status: text, enabled: z.boolean() }).nullable(),
  rehearsal: z
    .looseObject({
      outcome: text,
      reason: text,
      finalUserStatus: z.string().optional(),
      userAttributes: z.record(z.string(), z.string()).optional(),
      ms: count,
    })
    .nullable(),
  signIn: z
    .looseObject({ result: text, ms: count, client: z.looseObject({ id: text, name: text }) })
    .nullable(),
  comparison: z
    .array(
      z.looseObject({
        name: text,
        old: z.string().nullable(),
        new: z.string().nullable(),
        same: z.boolean(),
      }),
    )
    .nullable(),
});

const logs = documentOf('logs', {
  logGroup: text,
  since: time,
  read: count,
  complete: z.boolean(),
  sums: z.array(z.looseObject({ outcome: text, reason: text, count, means: text })),
  outcomes: z.array(
    z.looseObject({
      at: time,
      outcome: text,
      reason: text,
      trigger: text,
      durationMs: z.number().nullable(),
    }),
  ),
});

const policy = documentOf('policy', {
  side: z.enum(['new', 'old', 'self-test']).nullable(),
  size: count,
  limit: count,
  policy: z.looseObject({
    Version: z.literal('2012-10-17'),
    Statement: z.array(z.looseObject({ Sid: text, Effect: z.enum(['Allow', 'Deny']) })).min(1),
  }),
});

const handoff = documentOf('handoff', {
  folder: text,
  files: texts,
  oldUserPoolId: text,
  newUserPoolId: text,
  functionRole: text,
  roleName: text,
  externalId: text,
  init: text,
});

const exported = { codeSha256: text, init: text };
const exportedAs = (format: string, document: z.ZodType) =>
  documentOf('export', { ...exported, format: z.literal(format), document });

const exportJson = exportedAs(
  'json',
  z.looseObject({
    version: z.literal(1),
    oldUserPoolId: text,
    newUserPoolId: text,
    codeSha256: text,
    steps: z.array(
      z.looseObject({
        step: text,
        title: text,
        account: text,
        region: text,
        wanted: z.record(z.string(), z.unknown()),
        calls: z.array(z.looseObject({ operation: text, input: z.record(z.string(), z.unknown()) })),
      }),
    ),
  }),
);

const failure = z.looseObject({ ok: z.literal(false), error: Failure, notes: z.array(Note).optional() });

/** By the name of a step, or by how it begins. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  plan,
  init,
  'init-refused': failure,
  'usage-error': failure,
  status,
  doctor,
  teardown,
  'teardown-dry-run': teardownPlan,
  'teardown-leaving-old-account': teardownPlan,
  restore,
  'restore-dry-run': restorePlan,
  try: trial,
  logs,
  policy,
  handoff,
  'export-written': documentOf('export', { ...exported, format: text, folder: text, files: texts }),
  'export-cloudformation': exportedAs('cloudformation', z.looseObject({ Resources: z.looseObject({}) })),
  'export-terraform': exportedAs('terraform', text),
  'export-aws-cli': exportedAs('aws-cli', text),
  'export-json': exportJson,
  env: variables,
};

/** The schema of a step's document: `plan-after-init` is a plan. */
export function schemaOf(step: string): z.ZodType {
  const name = Object.keys(schemas)
    .filter((one) => step === one || step.startsWith(`${one}-`))
    .toSorted((a, b) => b.length - a.length)[0];
  const schema = name === undefined ? undefined : schemas[name];
  if (schema === undefined) throw new Error(`There is no schema for ${step}`);
  return schema;
}
