/** What several checks of one run stand on is made once. */
import type { SelfTestScene } from './scene.ts';

/** Makes something at the first check of a run that needs it; the later ones get the same, a failure too. */
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
