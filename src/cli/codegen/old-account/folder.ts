/** Builds the folder for the old account's administrator. */
import type { Files } from '../folder.ts';
import { jsonFile } from '../texts.ts';
import { cloudFormation } from './cloudformation.ts';
import type { OldHalf } from './half.ts';
import { files, readme } from './readme.ts';
import { makeScript, removalScript } from './script.ts';
import { terraform } from './terraform.ts';

/** All its files, by name. */
export const handoffFiles = (half: OldHalf): Files => ({
  [files.readme]: readme(half),
  [files.cloudFormation]: jsonFile(cloudFormation(half)),
  [files.terraform]: terraform(half),
  // Earlier versions wrote it. Terraform refuses two files with the same resources.
  'terraform/main.tf.json': null,
  [files.make]: makeScript(half),
  [files.remove]: removalScript(half),
});
