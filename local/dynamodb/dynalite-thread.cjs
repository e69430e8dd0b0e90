// dynalite in a thread of its own: it is the busiest part of the gateway, and would delay the HTTP API.
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const conditionParser = require('dynalite/db/conditionParser');
const dynaliteDb = require('dynalite/db');
const updateParser = require('dynalite/db/updateParser');
const { addIndexes } = require('./add-indexes.cjs');
const { leanStore } = require('./lean-store.cjs');
const { createChangeStreams } = require('./record-changes.cjs');
const { rememberExpressions } = require('./remember-expressions.cjs');

// dynalite creates its store itself and does not expose it.
const createStore = dynaliteDb.create;
let calls;
dynaliteDb.create = (options) => {
  const store = createStore(options);
  leanStore(store, dynaliteDb);
  calls = {
    ...createChangeStreams(store, (table) => parentPort.postMessage({ appended: table })),
    addIndexes: (...args) => addIndexes(store, ...args),
  };
  return store;
};
const dynalite = require('dynalite');
for (const parser of [conditionParser, updateParser]) rememberExpressions(parser);

const server = dynalite({ createTableMs: 0, path: workerData.directory });
// Clients keep connections. One that is closed while a request is on its way fails that request.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));

const close = () => {
  server.closeAllConnections();
  // Only then are its files closed, and their lock given back.
  server.close(() => parentPort.close());
};

parentPort.on('message', (message) => {
  if (message === 'close') {
    close();
    return;
  }
  const { id, call, args } = message;
  calls[call](...args).then(
    (result) => parentPort.postMessage({ id, result }),
    (error) => parentPort.postMessage({ id, error: String(error) }),
  );
});
