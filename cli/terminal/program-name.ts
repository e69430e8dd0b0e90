// How messages name this program, its local gateway and its options. The package starts with other words than a clone;
// what imports these bindings reads them when it writes a message.

/** What starts this program in a shell. */
export let cli = 'npx gateway';
/** What starts the local gateway. */
export let start = 'npm start';
/** Where the options of a gateway are. */
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
