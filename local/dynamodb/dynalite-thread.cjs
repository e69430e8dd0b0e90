// dynalite in a thread of its own: it is the busiest part of the gateway, and would delay the HTTP API.
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const dynalite = require('dynalite');

const server = dynalite({ createTableMs: 0, path: workerData.directory });
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
parentPort.once('message', () => {
  server.closeAllConnections();
  // Only then are its files closed, and their lock given back.
  server.close(() => parentPort.close());
});
