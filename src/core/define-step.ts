/** Turns step definitions into steps. Hides their types, and compares observed and desired states. */

import { type Difference, differences, type JsonObject } from './json.ts';
import { Prefetched } from './prefetch.ts';
import type { Absentee, Comparison, Given, Known, Live, Step, StepDefinition } from './step.ts';
import { has, type Inputs, type VarName, type Vars } from './variables/index.ts';

function hasRequired<N extends VarName, U extends VarName>(
  vars: Partial<Vars>,
  requires: readonly N[],
): vars is Partial<Vars> & Given<N, U> {
  return has(vars, requires);
}

function hasKnown<N extends VarName, U extends VarName>(vars: Inputs): vars is Inputs & Known<N, U> {
  return has(vars, ['NAME', 'OLD_USER_POOL_ARN', 'NEW_USER_POOL_ARN']);
}

function isLive<P extends JsonObject, G extends VarName>(
  found: Live<P, G> | Absentee | undefined,
): found is Live<P, G> {
  return found?.props !== undefined;
}

/**
 * Returns the list if its IDs are unique, and its steps name no others. Throws otherwise.
 * No step would wait for an unknown one, and the order of writes would change.
 */
export function declared<const S extends readonly Step<never, string>[]>(steps: S): S {
  const ids = steps.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) throw new Error(`there is more than one step ${twice.join(', ')}`);
  for (const { id, parent, after, checkRequires = [], cleanup } of steps) {
    const host = typeof cleanup === 'object' && 'deletedWith' in cleanup ? [cleanup.deletedWith] : [];
    const named = [...after, ...checkRequires, ...(parent === undefined ? [] : [parent]), ...host];
    const unknown = named.filter((name) => !ids.includes(name));
    if (unknown.length > 0) throw new Error(`${id}: there is no step ${unknown.join(', ')}`);
  }
  return steps;
}

/**
 * Makes `defineStep` for one kind of AWS access. For example, `const defineStep = makeDefineStep<Aws, Place>()`.
 * A list of type `Step<Aws, Ids>[]` does not compile if a step names one outside of it.
 */
export function makeDefineStep<Aws, At>() {
  return function defineStep<
    const Id extends string,
    const N extends VarName,
    const G extends VarName,
    P extends JsonObject,
    const U extends VarName = never,
    S = undefined,
    const Other extends string = never,
  >(
    definition: StepDefinition<Aws, At, Id, Other, N, U, G, P, S>,
  ): Step<Aws, Id, Other, At> & { readonly outputs: readonly G[] } {
    const { id, title, requires, outputs } = definition;
    const isEnabled = (inputs: Inputs): boolean => definition.when?.(inputs) ?? true;
    const keysOf = (inputs: Inputs): readonly string[] => definition.keys?.(inputs) ?? [''];
    const missingError = (names: readonly VarName[]) =>
      new Error(`${id}: called without ${names.join(', ')}; the engine must wait for these`);

    const addMeaning = (difference: Difference): Difference => {
      const means = definition.means?.(difference);
      return means === undefined ? difference : { ...difference, means };
    };

    const compare = (aws: Aws, vars: Inputs, live: Live<P, G> | undefined, key: string): Comparison => {
      const required: readonly VarName[] = [...requires, ...(definition.requiredWhen?.(vars) ?? [])];
      const waitsFor = required.filter((name) => vars[name] === undefined);
      if (waitsFor.length > 0 || !hasRequired<N, U>(vars, requires)) {
        const refuse = () => Promise.reject(missingError(waitsFor));
        const prefetch = () => undefined;
        const waiting = { waitsFor, differences: [], isRight: false, prefetch };
        return { ...waiting, write: refuse, resume: refuse, rewriteUndoTag: refuse };
      }
      const prefetched = new Prefetched(async () => {
        if (definition.readFresh === undefined) throw new Error(`${id}: it does not say what it sees`);
        return definition.readFresh({ aws, vars, key });
      });
      const readFresh = () => prefetched.value();
      const want = definition.desired({ vars, live: live?.props, key });
      const found = live === undefined ? [] : differences(live.props, want).map(addMeaning);
      return {
        waitsFor,
        differences: found,
        isRight: live !== undefined && found.length === 0,
        prefetch: (now) => {
          if (definition.readFresh !== undefined) void prefetched.begin(now);
        },
        write: (saveSnapshot, onProgress) =>
          definition.write({ aws, want, live, vars, key, readFresh, saveSnapshot, onProgress }),
        rewriteUndoTag: async (before) => definition.rewriteUndoTag?.({ aws, before, vars, key }),
        resume: async (latest, at) => definition.resume?.({ aws, latest, at, vars, key }),
      };
    };

    return {
      id,
      title,
      requires,
      optional: definition.optional ?? [],
      outputs,
      after: definition.after ?? [],
      checks: definition.check !== undefined,
      checkRequires: definition.checkRequires,
      isUnique: (definition.alreadyExistsErrors ?? []).length > 0,
      kind: definition.kind,
      parent: definition.parent,
      side: definition.side ?? 'new',
      effectsOf: (key) => definition.keyEffects?.[key] ?? definition.effects,
      isInOrder: definition.inOrder === true,
      permissions: definition.permissions,
      cleanup: definition.cleanup,
      meansAlreadyExists: (error) =>
        error instanceof Error && (definition.alreadyExistsErrors ?? []).includes(error.name),
      when: isEnabled,
      existing: (inputs) => definition.existing?.(inputs),
      flaw: async (aws, inputs) => definition.flaw?.({ aws, inputs }),
      keys: keysOf,
      unchosen(inputs, recordedKeys) {
        if (definition.earlierKeys === undefined) return [];
        const chosen = isEnabled(inputs) ? keysOf(inputs) : [];
        const earlier = new Set([...recordedKeys, ...definition.earlierKeys(inputs)]);
        return [...earlier].filter((key) => !chosen.includes(key));
      },
      place(inputs, key) {
        const label = key === '' ? undefined : definition.label?.(inputs, key);
        return { step: id, key, title, ...(label === undefined ? {} : { label }) };
      },
      describe: (inputs, key) => definition.describe(inputs, key),
      describeUnchanged: (inputs, key) => (definition.describeUnchanged ?? definition.describe)(inputs, key),
      consoleUrl: (inputs, key) => definition.consoleUrl?.(inputs, key),
      describeRemoval: (inputs, key) => (definition.describeRemoval ?? definition.describe)(inputs, key),

      wanted(vars) {
        if (!hasRequired<N, U>(vars, requires))
          throw missingError(requires.filter((name) => vars[name] === undefined));
        const props = definition.desired({ vars, live: undefined, key: '' });
        const made = definition.kind === 'modify' ? [] : [definition.iac({ want: props, vars })];
        return { props, resources: made.flat() };
      },

      async inspect(aws, inputs, key) {
        if (!hasKnown<N, U>(inputs)) throw missingError(['NAME', 'OLD_USER_POOL_ARN', 'NEW_USER_POOL_ARN']);
        const found = await definition.read({ aws, vars: inputs, key });
        const live = isLive(found) ? found : undefined;
        return {
          exists: live !== undefined,
          ownership: live?.ownership ?? 'ours',
          owner: live?.owner,
          outputs: live?.outputs ?? {},
          before: live?.before,
          additions: found?.additions ?? [],
          notices: found?.notices ?? [],
          compare: (vars) => compare(aws, vars, live, key),
          async remove(before, saveSnapshot, onProgress) {
            return (
              live && definition.remove({ aws, live, before, vars: inputs, key, saveSnapshot, onProgress })
            );
          },
        };
      },

      async check(aws, vars, onProgress) {
        const all = [...requires, ...outputs];
        if (!hasRequired<N | G, U>(vars, all))
          throw missingError(all.filter((name) => vars[name] === undefined));
        return definition.check?.({ aws, vars, onProgress });
      },
    };
  };
}
