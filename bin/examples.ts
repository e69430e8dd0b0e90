import { registerHandlers } from '../handlers/examples/register';
import { acknowledgements } from '../lib/nag-suppressions';
import { gatewayApp } from '../lib/gateway-app';
import { findStage, stageNames } from '../lib/stages';

// The app of `npm start -- --handlers examples`.
gatewayApp({}, acknowledgements, stageNames.map(findStage), registerHandlers).synth();
