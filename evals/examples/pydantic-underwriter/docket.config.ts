import { underwriter } from './agent.ts';

export default { agent: underwriter, cases: 'cases', current: 'v1', concurrency: 2 };
