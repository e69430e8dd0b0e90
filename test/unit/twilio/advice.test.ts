import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorFinding } from '../../../cli/doctor/finding';
import type { PostAnswer } from '../../../cli/clients/post';
import { accountSid, fakeSecrets, otherAccountSid, run, secretText } from '../cli/fake-environment';

const cliFolder = join(__dirname, '..', '..', '..', 'cli');

/** The values of the expressions in advice, as a stage has them. */
const values: Readonly<Record<string, string>> = {
  cli: 'npx gateway',
  start: 'npm start',
  stageOption: ' --stage prod',
  'stageOptionOf(target)': ' --stage prod',
  'stageOptionOf(backend.target)': ' --stage prod',
  'stage.stageOption': ' --stage prod',
  'stageOptionOf({ stage, choice })': ' --stage prod',
  name: ' --name main',
  'account.name': 'main',
  account: 'main',
  subaccounts: ' --subaccount support=ACyyyy…',
  undoFile: '.gateway/undo.json',
};

interface Suggestion {
  readonly file: string;
  readonly command: string;
}

/** Every command line in the source of a folder that is suggested to a user: from `${cli}` to the next quote. */
const suggestionsOf = (folder: string): readonly Suggestion[] =>
  readdirSync(join(cliFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(cliFolder, folder, file), 'utf8').replace(/^ {2}\$ .*$/gm, '');
      return [...source.matchAll(/\$\{cli\}((?:[^`'\\\n]|'[^'\n]*'(?= ))*)/g)].map(([, rest = '']) => ({
        file: `${folder}/${file}`,
        command: rest
          .replaceAll('--name ${name}', '--name main')
          .replace(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g, (whole, expression: string) => values[expression] ?? whole)
          .trim(),
      }));
    });

/** The words of a command line, with a SID for each placeholder. */
const wordsOf = (command: string, sid = accountSid): readonly string[] =>
  [...command.replace(/AC(?:x{4}|y{4})…/g, sid).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );

const wrongUsage = /unknown option|unknown command|too many arguments|missing required|argument missing|is invalid/i;

describe('advice', () => {
  const folders = ['doctor', 'verify', 'twilio', 'target'];
  const suggestions = folders.flatMap(suggestionsOf);

  it('names commands that parse', async () => {
    expect(suggestions.length).toBeGreaterThan(20);
    for (const { file, command } of suggestions) {
      const { notes } = await run(wordsOf(command), { isWithoutGateway: true });
      expect({ file, command, notes }).not.toMatchObject({ notes: expect.stringMatching(wrongUsage) as string });
    }
  });

  describe('of doctor for a stage with several accounts', () => {
    const secretIds = ['main', 'mainnet', 'mySupport'].map(
      (name, at) => `arn:aws:secretsmanager:eu-west-1:000000000000:secret:AccountSecrets${name}0123ABC${at}-x1y2z${at}`,
    );
    const [main = '', mainnet = '', support = ''] = secretIds;
    const token = '0123456789abcdef0123456789abcdef';
    const answer = (status: number): PostAnswer => ({
      kind: 'answer',
      status,
      contentType: '',
      body: '',
      durationMs: 1,
    });
    const findingsFor = async (secrets: ReturnType<typeof fakeSecrets>): Promise<readonly DoctorFinding[]> => {
      const { data } = await run(['doctor', '--json'], {
        target: { secretIds },
        secrets,
        post: () => Promise.resolve(answer(415)),
        twilio: { config: () => Promise.resolve(undefined) },
      });
      const { findings } = JSON.parse(data) as { readonly findings: readonly DoctorFinding[] };
      return findings.filter(({ check, subject }) => check === 'secret' && subject !== 'doctor');
    };

    it('is titled with the name of the account, and works when it is followed', async () => {
      const stored = new Map<string, string>();
      const secrets = fakeSecrets(
        {
          [main]: { AWSCURRENT: 'CHANGE_ME' },
          [mainnet]: { AWSCURRENT: secretText(accountSid, token) },
          [support]: { AWSCURRENT: 'CHANGE_ME' },
        },
        stored,
      );
      const findings = await findingsFor(secrets);
      expect(findings.map(({ subject }) => subject)).toEqual(['account main', 'account mySupport']);
      for (const { next } of findings) {
        const words = wordsOf(next.replace('npx gateway ', ''), otherAccountSid);
        const { exitCode, notes } = await run([...words, '--no-canary'], {
          target: { secretIds },
          secrets,
          hidden: token,
        });
        expect({ next, exitCode, notes }).toMatchObject({ next, exitCode: 0 });
      }
      expect([...stored.keys()]).toEqual([main, support]);
    });

    it('says which of two secrets to change if both hold one account', async () => {
      const both = { AWSCURRENT: secretText(accountSid, token) };
      const other = { AWSCURRENT: secretText(otherAccountSid, token) };
      const [finding] = await findingsFor(fakeSecrets({ [main]: both, [mainnet]: other, [support]: both }));
      expect(finding).toMatchObject({
        subject: `account mySupport …${accountSid.slice(-6)}`,
        next: 'npx gateway secret set --name mySupport --account-sid ACxxxx…',
      });
    });

    it('takes the name of an account that is a part of another name, and says the names if none fits', async () => {
      const secrets = fakeSecrets({ [main]: { AWSCURRENT: secretText(accountSid, token) } });
      const set = (name: string) =>
        run(['secret', 'set', '--name', name, '--no-canary'], { target: { secretIds }, secrets, hidden: token });
      expect(await set('main')).toMatchObject({ exitCode: 0 });
      const { exitCode, notes } = await set('sales');
      expect(exitCode).toBe(2);
      expect(notes).toContain('none of these match: main, mainnet, mySupport.');
    });
  });
});
