import { webhookSuite } from './suite';

webhookSuite();
