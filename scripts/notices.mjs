/** The licenses of all bundled packages, each text once. Their authors require this for redistribution. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `node_modules/@aws-sdk/client-iam` from the path of a file inside it, including nested packages. */
const packageOf = (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/**
 * The packages that the bundles contain.
 * @param {readonly string[]} inputs files that went into the bundles, relative to `root`
 */
export async function bundledPackages(root, inputs) {
  const folders = [...new Set(inputs.map(packageOf).filter(Boolean))].sort();
  return Promise.all(folders.map(async (folder) => ({ folder, ...(await readPackage(join(root, folder))) })));
}

/**
 * @param {Awaited<ReturnType<typeof bundledPackages>>} packages
 * @param {string} ownLicense The text of LICENSE, which the package has too.
 */
export function notices(packages, ownLicense) {
  const byText = new Map();
  const ownTerms = wordsOf(apacheTerms.exec(ownLicense)?.[0] ?? '');
  for (const { name, version, license, repository, ownText } of packages) {
    const text = ownText || textOfRepository(packages, repository, license) || `Licensed under ${license}.`;
    const short = text.replace(apacheTerms, (found) => {
      // Other terms by that name would be a license of their own.
      if (wordsOf(found) !== ownTerms)
        throw new Error(`the terms of the Apache License differ in ${name} and LICENSE`);
      return `${theTerms}: in the file LICENSE of this package`;
    });
    byText.set(short, [...(byText.get(short) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text.trim()}\n`);
  return `cognito-migrate contains these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

const wordsOf = (text) => text.replace(/\s+/g, ' ').trim();

/** The same long text in many packages. What they add to it, such as a copyright line, differs. */
const apacheTerms = /Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS/s;
const theTerms = 'Terms of the Apache License, Version 2.0';

async function readPackage(folder) {
  const { name, version, license, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  return { name, version, license, repository: repository?.url, ownText: await licenceText(folder) };
}

/**
 * A package without a license file has the license of its repository.
 * Another package from that repository ships it.
 */
const textOfRepository = (packages, repository, license) =>
  repository &&
  packages.find(
    (other) => other.repository === repository && other.license === license && other.ownText !== '',
  )?.ownText;

/** Text of the license file and of the NOTICE next to it. Empty if a package ships neither. */
async function licenceText(folder) {
  const files = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|notice|copying)(\.|$|-)/i.test(file))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n').trim();
}
