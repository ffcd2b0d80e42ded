/**
 * Who may import whom: the import rules of ARCHITECTURE.md, in their order. Each `comment` is the reason.
 * test/architecture.test.ts enforces them, and proves on a tree of violations that each one fires.
 */

const FS = '^(?:node:)?fs(?:/promises)?$';
const AREAS = 'config|kubelet|probe|reconcile|apply|report|watch';
const HEAVY = 'node_modules/(?:pino|@grpc/grpc-js|systeminformation)/';
const PURE = 'config|kubelet|probe|reconcile|report|watch';

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const forbidden = [
  // 1. model and errors import nothing else.
  {
    name: 'model-imports-nothing',
    comment: 'Everything meets in model; what it imported, everything would import.',
    from: { path: '^src/model/' },
    to: { pathNot: '^src/model/' },
  },
  {
    name: 'errors-import-nothing',
    comment: 'Every file may throw, so an import here would be an import everywhere.',
    from: { path: '^src/errors[./]' },
    to: {},
  },

  // 2. The deciding folders are pure.
  {
    name: 'pure-folders-have-no-node',
    comment: 'Deciding is plain values in, plain values out: no host, no clock, no process.',
    from: { path: `^src/(?:${PURE})/` },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'pure-folders-parse-only',
    comment:
      'npm packages there parse text (yaml, smol-toml), check a value (valibot) or write text (prom-client); nothing else is pure.',
    from: { path: `^src/(?:${PURE})/` },
    to: { path: 'node_modules/', pathNot: 'node_modules/(?:yaml|smol-toml|valibot|prom-client)/' },
  },

  // 3. The areas meet in model.
  {
    name: 'areas-meet-in-model',
    comment: 'An area that leans on the insides of another cannot be read, tested or replaced alone.',
    from: { path: '^src/(config|kubelet|probe|apply|report|watch)/' },
    to: { path: `^src/(?:${AREAS})/`, pathNot: '^src/$1/' },
  },
  {
    name: 'reconcile-asks-kubelet-only',
    comment: 'What to make is decided by the kubelet’s own naming and verdict rules, and by nothing else.',
    from: { path: '^src/reconcile/' },
    to: { path: `^src/(?:${AREAS})/`, pathNot: '^src/(?:reconcile/|kubelet/(?:names|verdict))' },
  },

  // 4. Ports are types; only the composition root makes adapters.
  {
    name: 'only-cli-makes-adapters',
    comment: 'The ports are types in model/ports.ts; whoever imports an adapter cannot be given another.',
    from: { path: '^src/', pathNot: '^src/(?:cli|host)/' },
    to: { path: '^src/host/' },
  },
  {
    name: 'cli-is-the-top',
    comment: 'The composition root knows everyone, so nobody may know it.',
    from: { path: '^src/', pathNot: ['^src/main\\.ts$', '^src/cli/'] },
    to: { path: '^src/(?:cli/|main\\.ts$)' },
  },

  // 5. One door to the files, one to other programs, one to the process.
  {
    name: 'files-only-through-host',
    comment: 'Every write to a node passes one small file that can be read in a minute.',
    from: { path: '^src/', pathNot: '^src/host/' },
    to: { path: FS },
  },
  {
    name: 'programs-only-through-host',
    comment: 'Only the systemd adapter runs another program, and it can be given a fake.',
    from: { path: '^src/', pathNot: '^src/host/' },
    to: { path: '^(?:node:)?child_process$' },
  },
  {
    name: 'network-only-in-one-file',
    comment: 'cgprep calls nobody; who may ask it what, and for how long, is decided in one file.',
    from: { path: '^src/', pathNot: '^src/host/metrics-server\\.ts$' },
    to: { path: '^(?:node:)?(?:https?|http2|tls|dgram)$' },
  },
  {
    name: 'process-only-at-the-top',
    comment: 'Arguments, environment and exit status come in and go out at the top.',
    from: { path: '^src/', pathNot: ['^src/main\\.ts$', '^src/cli/'] },
    to: { path: '^(?:node:)?process$' },
  },

  // 6. The heavy packages are loaded when they are needed.
  {
    name: 'heavy-packages-only-in-host',
    comment: 'Logging, the runtime and the inventory are effects; the rest of the program knows them as ports.',
    from: { path: '^src/', pathNot: '^src/host/' },
    to: { path: HEAVY },
  },
  {
    name: 'heavy-packages-only-dynamic',
    comment: 'Each costs 20 to 45 ms of start-up: import() it, or only its types.',
    from: { path: '^src/host/' },
    to: { path: HEAVY, dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },

  {
    name: 'toml-is-loaded-late',
    comment: 'Most hosts that oneshot meets at boot have no TOML to read: import() the parser when there is some.',
    from: { path: '^src/' },
    to: { path: 'node_modules/smol-toml/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },

  {
    name: 'prometheus-is-loaded-late',
    comment: 'Only watch with --listen or --textfile has metrics to write: import() it, or only its types.',
    from: { path: '^src/' },
    to: { path: 'node_modules/prom-client/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },

  // 7. The shape of the graph. Barrels, default exports and long files: test/support/source-rules.ts.
  {
    name: 'no-cycles',
    comment: 'Files in a cycle can only be understood, and loaded, all at once.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'What main.ts does not reach is not part of the program.',
    from: { path: '^src/main\\.ts$' },
    to: { path: '^src/', reachable: false },
  },
  {
    name: 'no-unresolvable',
    comment: 'A rule that cannot see where an import leads cannot judge it.',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // TypeScript 7 has no JavaScript API: without another parser, dependency-cruiser sees no modules at all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['node', 'import', 'require', 'default'] },
  },
};
