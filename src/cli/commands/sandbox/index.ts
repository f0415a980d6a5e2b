/** The scenes of the local AWS, for the demo. */
export { demoScene, type LocalKeys, localClient, type Scene, type SetPool, setScene } from './scene.ts';
