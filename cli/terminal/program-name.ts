// The names of this program, its local gateway and its options in messages. They differ between the npm package and a
// clone, so read these variables only when you write a message.

/** The shell command that starts this program. */
export let cli = 'npx gateway';
/** The shell command that starts the local gateway. */
export let start = 'npm start';
/** The place where the user sets the options of a gateway. */
export let propsPlace = 'lib/stages.ts';

/** Whether lib/stages.ts has the stages; the package knows them by their stacks alone. */
export let hasStagesFile = true;

/** Called once, before any command is loaded: texts of a command are made when it is loaded. */
export const startAsPackage = (): void => {
  cli = 'npx twilio-webhook-gateway';
  start = `${cli} dev`;
  propsPlace = "the gateway's props";
  hasStagesFile = false;
};
