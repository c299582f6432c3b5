import { desk } from './agent.ts';

export default { agent: desk, cases: 'cases', current: 'v1' };
