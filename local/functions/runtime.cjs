// One execution environment of a function: loads the bundle once, then runs one invocation at a time.
// Plain CommonJS: a worker thread starts without a compiler.
'use strict';
const { pathToFileURL } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');

const describe = (error) => ({
  errorType: error instanceof Error ? error.name : typeof error,
  errorMessage: error instanceof Error ? error.message : String(error),
  ...(workerData.withStack && error instanceof Error && { stack: error.stack }),
});

const { modulePath, exportName } = workerData;
let handler;
const load = async () => {
  const module = modulePath.endsWith('.mjs') ? await import(pathToFileURL(modulePath).href) : require(modulePath);
  handler = exportName.split('.').reduce((value, name) => value?.[name], module);
  if (typeof handler !== 'function') throw new TypeError(`${exportName} is not exported`);
};
load().then(
  () => parentPort.postMessage({ type: 'ready' }),
  (error) => parentPort.postMessage({ type: 'init-error', error: describe(error) }),
);

parentPort.on('message', async (message) => {
  if (message === 'flush') {
    process.stdout.write('', () => process.stderr.write('', () => parentPort.postMessage({ type: 'flushed' })));
    return;
  }
  const { event, context, deadline } = message;
  const full = {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await handler(event, full);
    // As on Lambda, a result passes through JSON.
    parentPort.postMessage({
      type: 'result',
      payload: result === undefined ? null : JSON.parse(JSON.stringify(result)),
    });
  } catch (error) {
    parentPort.postMessage({ type: 'error', error: describe(error) });
  }
});
