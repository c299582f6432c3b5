import { runDocket } from './docket-command.mjs';

/** Plants known faults in the agent: this checkout's suite must kill as large a share of them as main's, and every one that main's kills. */
const { DOCKET_AGAINST: against } = process.env;
const { code } = await runDocket(['mutate', `--against=${against || 'origin/HEAD'}`], { captured: false });
process.exit(code);
