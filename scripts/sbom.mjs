/** A software bill of materials in CycloneDX 1.6: every package that gave at least one byte to the program or to the function. */
import { readFile } from 'node:fs/promises';

/**
 * It has no time and no random number, so the same build gives the same document.
 * @param {string} root folder of package.json and package-lock.json
 * @param {readonly { folder: string, name: string, version: string, license: string }[]} packages
 */
export async function sbom(root, packages) {
  const read = async (name) => JSON.parse(await readFile(`${root}${name}`, 'utf8'));
  const [own, lock] = await Promise.all([read('package.json'), read('package-lock.json')]);
  const main = component('application', own);
  const components = packages
    .map((one) => ({
      ...component('library', one),
      hashes: hashesOf(lock.packages[lockKeyOf(one.folder)]?.integrity),
    }))
    .toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const unique = components.filter((one, index) => one['bom-ref'] !== components[index - 1]?.['bom-ref']);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: main },
    components: unique,
    // Everything is bundled into one file or another, so the program depends on all of it directly.
    dependencies: [{ ref: main['bom-ref'], dependsOn: unique.map((one) => one['bom-ref']) }],
  };
}

function component(type, { name, version, license }) {
  const [, group, rest = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = `pkg:npm/${group === undefined ? '' : `${encodeURIComponent(group)}/`}${rest}@${version}`;
  return {
    type,
    'bom-ref': purl,
    ...(group === undefined ? {} : { group }),
    name: rest,
    version,
    licenses: [/^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
    purl,
  };
}

/** `node_modules/x` from the folder of a package. Its path begins elsewhere if node_modules is a link. */
const lockKeyOf = (folder) => {
  const path = folder.replaceAll('\\', '/');
  return path.slice(path.indexOf('node_modules/'));
};

/** The checksum of the lock file, in the notation of CycloneDX. */
function hashesOf(integrity) {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? '') ?? [];
  if (base64 === undefined) throw new Error(`no SHA-512 in package-lock.json (got ${integrity})`);
  return [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }];
}
