import type { Differences, Setup } from '../../api';
import { stageOptionOf, type Target } from '../../../cli/target/target';
import { cli, start } from '../../../cli/terminal/program-name';
import { configKeyOf } from '../../../cli/target/target';
import { changesOfStage, openStage } from '../../../cli/twilio/stage';
import { publicUrlProblem, withOverrides } from '../../../cli/twilio/webhook-url';
import { defaultConnectionOverrides } from '../../../lambda/shared/contract/connection-overrides';
import { routeNames, type RouteName } from '../../../lambda/shared/contract/routes';
import type { ConsoleParts } from '../console-parts';
import { json, read, type Route } from '../http/route';
import { changeText } from '../views/change-text';

/** Twilio is asked for every number and service of every account. */
const slowMs = 40_000;

const uses: Readonly<Record<RouteName, string>> = {
  messages: 'Incoming messages: “A message comes in” of a phone number, or the webhook of a messaging service.',
  status: 'Status callbacks of the messages that you send.',
  usage: 'The callback of usage triggers.',
  events: 'Everything else: Event Streams (without the part after #), voice, Verify, Conversations, TaskRouter.',
};

/** URLs for Twilio, and what differs there. */
export const setupRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read('/api/setup', async () => {
    const { target } = await gateway.backend();
    const setup: Setup = {
      urls: routeNames.map((name) => ({
        name,
        url: withOverrides(target.webhooks[name].signedUrl, defaultConnectionOverrides),
        use: uses[name],
      })),
      hint: hintOf(target),
      commands: commandsOf(target),
    };
    return json(setup);
  }),
  read(
    '/api/setup/differences',
    async () => {
      const { backend, context } = gateway;
      const stage = await openStage({ ...context, openBackend: backend }, false);
      const { changes, obstacles } = await changesOfStage(stage);
      const differences: Differences = {
        accounts: stage.accounts.map(({ name }) => ({
          account: name,
          changes: changes.filter(({ account }) => account === name).map(changeText),
          problem:
            obstacles
              .filter(({ account }) => account === name)
              .map((obstacle) => `${obstacle.name}: ${obstacle.reason}`)
              .join('\n') || null,
        })),
      };
      return json(differences);
    },
    { timeoutMs: slowMs },
  ),
];

const hintOf = ({ webhooks, connection, basicAuthSecretId }: Target): string | null => {
  const problem = publicUrlProblem(webhooks.messages.signedUrl);
  if (problem !== undefined) {
    return connection.kind === 'local'
      ? `Twilio cannot reach this machine by these URLs: ${problem.reason}. Start a tunnel, then the gateway with ` +
          `\`${start} -- --public-url https://your.tunnel.example\`.`
      : `Twilio cannot use these URLs: ${problem.reason}.`;
  }
  return basicAuthSecretId === undefined
    ? null
    : 'This stage requires a user name and password, which are in front of the host of each URL at Twilio. ' +
        'They are not shown here: `twilio apply` sets them.';
};

const commandsOf = (target: Target): Setup['commands'] => {
  const option = stageOptionOf(target);
  return [
    {
      command: `${cli} twilio plan${option}`,
      text: `Shows how Twilio differs from ${configKeyOf(target)} in twilio.config.ts.`,
    },
    { command: `${cli} twilio apply${option}`, text: 'Asks, then changes what differs. It can be undone.' },
    { command: `${cli} doctor${option}`, text: 'Checks that the gateway and Twilio agree.' },
  ];
};
