import { readFileSync, statSync } from 'node:fs';
import { type Reviews, reviewsSchema } from '../../../contracts/approval.ts';
import { counted } from '../../../text/figures.ts';

/** The variable that names the file of reviews. Whoever writes it has read them from where the change is reviewed, and ran nothing of the change. */
export const reviewsVariable = 'DOCKET_REVIEWS';

const mostBytes = 4 * 1_048_576;

/** Reads what is known of the reviews; undefined where nobody looked. A file that cannot be used says so in `fault`: it approves nothing. */
export function readReviews(environment: NodeJS.ProcessEnv): Reviews | undefined {
  const file = environment[reviewsVariable];
  if (!file) return undefined;
  try {
    if (statSync(file).size > mostBytes) return unusable(`has more than ${counted(mostBytes, 'byte')}`);
    const parsed = reviewsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : unusable('is not in the form that Docket writes');
  } catch (error) {
    return unusable(`cannot be read (${(error as Error).message})`);
  }
}

function unusable(what: string): Reviews {
  return { schemaVersion: 1, pullRequests: [], fault: `The file of reviews (${reviewsVariable}) ${what}, so no approval counts.` };
}
