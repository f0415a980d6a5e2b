// Puts chunks that are always loaded together into one file, because each file that is loaded costs time.
import { basename } from 'node:path';

const REQUIRE = /require\("\.\/([^"]+)"\)/g;

/**
 * @typedef {{ readonly name: string, readonly code: string }} File name in the folder of chunks, CommonJS
 * @typedef {import('esbuild').Metafile['outputs']} Outputs
 * @param {readonly File[]} files
 * @param {Outputs} outputs of the same chunks
 * @param {Readonly<Record<string, { readonly sources: readonly string[], readonly others: readonly string[] }>>} groups
 *   By the name of a file: each chunk that all `sources` load, and none of `others`, unless an earlier group has it.
 * @returns {{ readonly files: readonly File[], readonly outputs: Outputs }}
 */
export function groupChunks(files, outputs, groups) {
  const groupOf = new Map();
  for (const [group, { sources, others }] of Object.entries(groups)) {
    const together = sources.map((source) => loadedBy(source, outputs));
    const apart = others.map((source) => loadedBy(source, outputs));
    for (const path of Object.keys(outputs)) {
      const isShared =
        together.every((loaded) => loaded.has(path)) && !apart.some((loaded) => loaded.has(path));
      // The program asks for a chunk with an entry point by its own name.
      const isEntry = outputs[path]?.entryPoint !== undefined;
      if (isShared && !isEntry && !groupOf.has(path)) groupOf.set(path, group);
    }
  }
  const groupOfName = new Map([...groupOf].map(([path, group]) => [basename(path), group]));
  const single = files.filter(({ name }) => !groupOfName.has(name));
  return {
    files: [
      ...single.map(({ name, code }) => ({ name, code: throughGroups(code, groupOfName) })),
      ...Object.keys(groups).map((group) => ({
        name: `${group}.js`,
        code: groupFile(
          files.filter(({ name }) => groupOfName.get(name) === group),
          groupOfName,
          group,
        ),
      })),
    ],
    outputs: groupOutputs(outputs, groupOf),
  };
}

/** The chunks that are loaded at once with this source. */
function loadedBy(source, outputs) {
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
  if (entry === undefined) throw new Error(`no chunk begins with ${source}`);
  const loaded = new Set();
  const follow = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: next, kind, external } of outputs[path].imports)
      if (kind === 'import-statement' && !external) follow(next);
  };
  follow(entry);
  return loaded;
}

/** Calls of require() for a chunk in a group ask the group's file for it. */
const throughGroups = (code, groupOfName, own) =>
  code.replace(REQUIRE, (call, name) => {
    const group = groupOfName.get(name);
    return group === undefined || group === own ? call : `require("./${group}.js")("./${name}")`;
  });

/**
 * A file with the chunks of a group. Its export loads one of them by name, as require() does with files.
 * The parentheses tell the engine to compile a chunk at once instead of twice.
 */
function groupFile(files, groupOfName, group) {
  const chunks = files.map(
    ({ name, code }) =>
      `"./${name}":(function(exports,require,module){${throughGroups(code, groupOfName, group)}\n})`,
  );
  return `"use strict";const chunks={${chunks.join(',\n')}},loaded={};
const load=(name)=>{const done=loaded[name];if(done)return done.exports;const module=loaded[name]={exports:{}};chunks[name](module.exports,(path)=>path in chunks?load(path):require(path),module);return module.exports};
module.exports=load;\n`;
}

/** What esbuild says of the chunks, as if it had written the files of the groups. */
function groupOutputs(outputs, groupOf) {
  const grouped = {};
  const pathOf = (path) => {
    const group = groupOf.get(path);
    return group === undefined ? path : `${path.slice(0, -basename(path).length)}${group}.js`;
  };
  for (const [path, output] of Object.entries(outputs)) {
    const imports = output.imports.map((one) => ({ ...one, path: pathOf(one.path) }));
    const { [pathOf(path)]: known } = grouped;
    grouped[pathOf(path)] =
      known === undefined
        ? { ...output, imports }
        : {
            ...known,
            bytes: known.bytes + output.bytes,
            inputs: { ...known.inputs, ...output.inputs },
            imports: [...known.imports, ...imports],
          };
  }
  return grouped;
}
