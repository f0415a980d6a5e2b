/** The licences of everything that is bundled, each text once: what their authors ask for when their work is passed on. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `node_modules/@aws-sdk/client-iam` of a file's path inside it, nested packages included. */
const packageOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/** @param {readonly string[]} inputs files that went into the bundles, relative to `root` */
export async function notices(root, inputs) {
  const folders = [...new Set(inputs.map(packageOf).filter(Boolean))].sort();
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const text = await licenceText(join(root, folder), license);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text.trim()}\n`);
  return `cognito-migrate contains these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Text of the licence file and of the NOTICE beside it; the SPDX name where a package ships neither. */
async function licenceText(folder, license) {
  const files = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|notice|copying)(\.|$|-)/i.test(file))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n').trim() || `Licensed under ${license}.`;
}
