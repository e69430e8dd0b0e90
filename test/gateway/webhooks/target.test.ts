import { openTarget } from './target';

test.each(['', 'dev', 'aws:', 'aws:Dev', 'local '])(
  'rejects %j as a target, and lists the allowed ones',
  async (name) => {
    await expect(openTarget(name)).rejects.toThrow('give local, or aws:<stage>');
  },
);

test('rejects a production stage before it asks AWS for anything', async () => {
  await expect(openTarget('aws:prod')).rejects.toThrow('Stage prod is a production stage');
});
