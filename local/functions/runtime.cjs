// One execution environment of a function: loads the bundle once, then runs one invocation at a time.
// Plain CommonJS: a worker thread starts without a compiler.
'use strict';
const { StringDecoder } = require('node:string_decoder');
const { pathToFileURL } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');

const { modulePath, exportName, context, withStack } = workerData;

/** A thread's own streams need several messages for each line; they cost more than the line. */
const printToParent = (stream) => {
  const decoder = new StringDecoder('utf8');
  stream.write = (chunk, encoding, callback) => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (text !== '') parentPort.postMessage({ type: 'output', text });
    if (done !== undefined) process.nextTick(done);
    return true;
  };
};
printToParent(process.stdout);
printToParent(process.stderr);

const describe = (error) => ({
  errorType: error instanceof Error ? error.name : typeof error,
  errorMessage: error instanceof Error ? error.message : String(error),
  ...(withStack && error instanceof Error && { stack: error.stack }),
});

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

parentPort.on('message', async ({ event, awsRequestId, deadline }) => {
  const full = {
    ...context,
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    // As on Lambda, event and result are JSON.
    const result = await handler(event === undefined ? undefined : JSON.parse(event), full);
    parentPort.postMessage({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    parentPort.postMessage({ type: 'error', error: describe(error) });
  }
});
