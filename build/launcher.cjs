// dist/cgprep.cjs: runs dist/program.cjs with the code that V8 compiled for it at build time, which
// takes a third off the start. V8 checks that the cache is of its own version and flags and of this
// source; if not, or if there is none, the program is compiled as usual.
'use strict';
const { readFileSync } = require('node:fs');
const { Module } = require('node:module');
const { Script } = require('node:vm');

const file = `${__dirname}/program.cjs`;
const source = Module.wrap(readFileSync(file, 'utf8'));
const script = new Script(source, { filename: file, cachedData: readCache() });

// The lazy chunks require program.cjs for what they share with it: it must be found loaded.
const program = new Module(file, module);
program.filename = file;
require.cache[file] = program;
script
  .runInThisContext()
  .call(program.exports, program.exports, program.require.bind(program), program, file, __dirname);
program.loaded = true;

// For the build, which asks for what was compiled after a rehearsal.
module.exports = script;

function readCache() {
  try {
    return readFileSync(`${__dirname}/program.cache`);
  } catch {
    return undefined;
  }
}
