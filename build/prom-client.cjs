/**
 * What the bundle has of prom-client: its index also loads the push gateway, clusters and default metrics,
 * and with them node:https and node:cluster, which is 14 MB of resident memory (rolldown.config.ts).
 */
module.exports = {
  Registry: require('prom-client/lib/registry.js'),
  Gauge: require('prom-client/lib/gauge.js'),
  Counter: require('prom-client/lib/counter.js'),
};
