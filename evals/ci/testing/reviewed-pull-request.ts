import type { GitHubStandIn } from './github-stand-in.ts';

/** A review as GitHub lists it. */
export interface Review {
  readonly login: string;
  readonly state?: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit?: string;
  readonly type?: string;
}

export interface ReviewedPullRequest {
  readonly number?: number;
  readonly author?: string;
  readonly reviews: readonly Review[];
  /** Commits with what matters of their messages. */
  readonly commits?: readonly { readonly author?: string; readonly name?: string; readonly email?: string; readonly message?: string }[];
  readonly permissions?: Readonly<Record<string, { readonly permission: string; readonly role_name?: string }>>;
}

const top = '/repos/octo/loans';

/** Lets the stand-in know a pull request with its reviews; who is not named otherwise may write. */
export function reviewedPullRequest(
  github: GitHubStandIn,
  { number = 7, author = 'grace', reviews, commits = [{ author }], permissions = {} }: ReviewedPullRequest,
): void {
  github.answers.set(`${top}/pulls/${number}`, {
    number,
    state: 'open',
    user: { login: author, type: 'User' },
    created_at: '2026-01-01T00:00:00Z',
    base: { ref: 'main', repo: { default_branch: 'main' } },
  });
  github.answers.set(
    `${top}/pulls/${number}/commits`,
    commits.map(({ author: login, name = 'Someone', email = 'someone@example.org', message = 'A change' }) => ({
      author: login === undefined ? null : { login },
      committer: login === undefined ? null : { login },
      commit: { message, author: { name, email }, committer: { name, email } },
    })),
  );
  github.answers.set(
    `${top}/pulls/${number}/reviews`,
    reviews.map(({ login, state = 'APPROVED', commit = 'c'.repeat(40), type = 'User' }, index) => ({
      id: index + 1,
      // Whoever deleted their account is nobody.
      user: login === '' ? null : { login, type },
      state,
      commit_id: commit,
      submitted_at: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    })),
  );
  for (const { login } of reviews) {
    github.answers.set(
      `${top}/collaborators/${encodeURIComponent(login)}/permission`,
      permissions[login] ?? { permission: 'write', role_name: 'write' },
    );
    github.answers.set(`/users/${encodeURIComponent(login)}`, { login, name: `${login} of Docket`, email: `${login}@example.org` });
  }
}

/** A run of main's own workflow by which a maintainer confirms the rules of pull request 7. */
export function confirmingRun(rules: string, more: object = {}): object {
  return {
    event: 'workflow_dispatch',
    head_branch: 'main',
    path: '.github/workflows/docket-approval.yml',
    display_title: `Confirm rules ${rules} of #7`,
    actor: { login: 'grace', type: 'User' },
    conclusion: null,
    ...more,
  };
}
