import { gatewayApp } from '../lib/gateway-app';

gatewayApp().synth();
