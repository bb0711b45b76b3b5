// Which translator this is: kept translations of another are not used. scripts/build.mjs puts a hash of all that
// decides what a translation looks like into dist/jit/version.js.
export const VERSION = 'source';
