/** Creates shared foundations of several checks once per run. */
import type { SelfTestScene } from './scene.ts';

/**
 * Creates something at the first check of a run that needs it.
 * Later checks get the same value, or the same failure.
 */
export function oncePerRun<T>(
  make: (scene: SelfTestScene) => Promise<T>,
): (scene: SelfTestScene) => Promise<T> {
  const made = new WeakMap<SelfTestScene, Promise<T>>();
  return (scene) => {
    const value = made.get(scene) ?? make(scene);
    made.set(scene, value);
    return value;
  };
}
