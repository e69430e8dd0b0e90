import { reportCost } from './report-cost';

reportCost();
