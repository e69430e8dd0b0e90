import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { collectBody, type Body } from '../../../../local/server/read-body';

const server = createServer();
let socket: Socket;
let request: IncomingMessage;

/** Sends the head of a request, and waits until the server has it. */
const begin = async (length: number): Promise<void> => {
  const received = new Promise<IncomingMessage>((resolve) => {
    server.removeAllListeners('request').once('request', (incoming, response) => {
      incoming.once('end', () => response.end());
      resolve(incoming);
    });
  });
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
  request = await received;
};

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterEach(() => socket.destroy());
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const textOf = ({ body, bytes }: Body) => ({ body: body?.toString(), bytes });

test('returns a body that arrives in parts', async () => {
  await begin(6);
  const collected = collectBody(request, 6, 'leave');
  socket.write('abc');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write('def');
  expect(textOf(await collected)).toEqual({ body: 'abcdef', bytes: 6 });
});

test('returns an empty body for a request without one', async () => {
  await begin(0);
  expect(textOf(await collectBody(request, 6, 'leave'))).toEqual({ body: '', bytes: 0 });
});

test('reads the rest of a large body, drops it and counts it', async () => {
  await begin(7);
  const collected = collectBody(request, 6, 'drop');
  socket.write('abcdefg');
  expect(textOf(await collected)).toEqual({ body: undefined, bytes: 7 });
  expect(request.complete).toBe(true);
});

test('does not wait for the rest of a large body that it leaves', async () => {
  await begin(100);
  const collected = collectBody(request, 6, 'leave');
  socket.write('abcdefg');
  expect(textOf(await collected)).toEqual({ body: undefined, bytes: 7 });
  expect(request.complete).toBe(false);
});

test('fails if the request is closed without an error', async () => {
  await begin(100);
  const errors: unknown[] = [];
  request.on('error', (error) => errors.push(error));
  const collected = collectBody(request, 200, 'drop');
  request.destroy();
  await expect(collected).rejects.toThrow('The client disconnected.');
  expect(errors).toEqual([]);
});

test('fails if the client disconnects before the end, also before it was asked', async () => {
  await begin(100);
  const collected = collectBody(request, 200, 'drop');
  socket.destroy();
  await expect(collected).rejects.toThrow();
  await expect(collectBody(request, 200, 'drop')).rejects.toThrow('The client disconnected.');
});
