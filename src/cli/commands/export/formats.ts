/** The formats, and the folder contents of each. */
import { parseArn } from '../../../aws/arn.ts';
import type { Json, JsonObject } from '../../../core/json.ts';
import { cdkStack } from '../../codegen/cdk.ts';
import type { Files } from '../../codegen/folder.ts';
import { handoffFiles } from '../../codegen/old-account/folder.ts';
import { oldHalf } from '../../codegen/old-account/half.ts';
import { jsonFile, mapTexts } from '../../codegen/texts.ts';
import { cloudFormation } from './cloudformation.ts';
import type { Export } from './export.ts';
import { isHere, knownOutputs, type Part, partsOf, references } from './parts.ts';
import { script } from './script.ts';
import { terraform } from './terraform.ts';

export const formatNames = ['cloudformation', 'cdk', 'terraform', 'aws-cli', 'json'] as const;
export type FormatName = (typeof formatNames)[number];

/** File names in the folder. */
export const fileNames = {
  readme: 'README.md',
  code: 'handler.zip',
  oldAccount: 'old-account',
  oldPool: 'cloudformation-old-pool.json',
  oldPoolStack: 'old-pool-stack.ts',
} as const;

/** The main file of each format. */
export const mainFile: Readonly<Record<FormatName, string>> = {
  cloudformation: 'cloudformation.json',
  cdk: 'migration-stack.ts',
  terraform: 'main.tf',
  'aws-cli': 'make.sh',
  json: 'wanted.json',
};

/** The classes of both stacks of the CDK. */
export const stackClasses = { newPool: 'MigrationStack', oldPool: 'OldPoolStack' } as const;

/** The printed result. */
export interface Printed {
  /** The document for the new pool's side. */
  readonly text: string;
  /** Files for the old pool, if it needs its own documents. */
  readonly elsewhere: Files;
}

/** Prints the documents of one format. */
export function print(format: FormatName, args: Export): Printed {
  const { inputs } = args;
  const known = partsOf(inputs, knownOutputs(inputs));
  if (format === 'json') return { text: jsonFile(exportDocument(known, args)), elsewhere: {} };

  const { account } = parseArn(inputs.NEW_USER_POOL_ARN);
  const inAccount = (part: Part): boolean => part.account === account;
  const oldAccount = known.every(inAccount) ? {} : oldAccountFiles(args);
  if (format === 'aws-cli') return { text: script(known.filter(inAccount), args), elsewhere: oldAccount };

  const parts = partsOf(inputs, references).filter(inAccount);
  if (format === 'terraform') return { text: terraform(parts, args), elsewhere: oldAccount };

  const oldPoolParts = parts.filter((part) => !isHere(part, inputs));
  const newPoolParts = parts.filter((part) => isHere(part, inputs));
  const template = cloudFormation(newPoolParts, args);
  const oldPool = oldPoolParts.length === 0 ? undefined : cloudFormation(oldPoolParts, args);
  const [text, beside] =
    format === 'cdk'
      ? [
          cdkStack(stackClasses.newPool, template),
          oldPool && { [fileNames.oldPoolStack]: cdkStack(stackClasses.oldPool, oldPool) },
        ]
      : [jsonFile(template), oldPool && { [fileNames.oldPool]: jsonFile(oldPool) }];
  return { text, elsewhere: { ...beside, ...oldAccount } };
}

/** The files of handoff, with the external ID that the function gets. */
const oldAccountFiles = ({ inputs }: Export): Files =>
  Object.fromEntries(
    Object.entries(handoffFiles(oldHalf(inputs, inputs.FRESH_EXTERNAL_ID))).map(([name, contents]) => [
      `${fileNames.oldAccount}/${name}`,
      contents,
    ]),
  );

/** Placeholder for the app client's ID, which is unknown before creation. */
const placeholder = `\${OLD_CLIENT_ID}`;

const open = (json: JsonObject): JsonObject =>
  mapTexts(json, (text): Json => (text === references.OLD_CLIENT_ID ? placeholder : text));

/**
 * The desired state as JSON, for programs that build their own output. docs/export.md describes its shape.
 * @param parts the parts, with known outputs filled in.
 */
function exportDocument(parts: readonly Part[], { inputs, live, init }: Export): JsonObject {
  return {
    version: 1,
    oldUserPoolId: inputs.OLD_USER_POOL_ID,
    newUserPoolId: inputs.NEW_USER_POOL_ID,
    codeSha256: inputs.CODE_SHA256,
    steps: parts.map(({ step, title, account, region, props, resources }) => ({
      step,
      title,
      account,
      region,
      wanted: open(props),
      calls: resources.flatMap(({ calls }) =>
        calls.map(({ operation, input }) => ({ operation, input: open(input) })),
      ),
    })),
    live: { ...live, clients: live.clients.map((client) => ({ ...client })) },
    init: init.join(' '),
  };
}
