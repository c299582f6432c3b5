import { expect, test } from 'vitest';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

test.each([
  [['--write', '--reviewer-header', 'X-Forwarded-Email'], '--reviewer-header and --trust-proxy go together'],
  [['--write', '--trust-proxy', '127.0.0.1'], '--reviewer-header and --trust-proxy go together'],
  [['--reviewer', 'Ada'], 'add --write'],
  [['--write', '--reviewer', ' '], 'needs a name'],
  [['--write', '--reviewer', 'A\u202Eda'], 'needs a name'],
  [['--write', '--reviewer', 'Ada', '--reviewer-header', 'X-User', '--trust-proxy', '::1'], 'cannot be used with'],
  [['--write', '--reviewer-header', 'Host', '--trust-proxy', '::1'], 'cannot say who reviews'],
  [['--write', '--reviewer-header', 'X User', '--trust-proxy', '::1'], 'cannot say who reviews'],
  [['--write', '--reviewer-header', 'X-User', '--trust-proxy', '10.0.0.0/33'], 'is no address and no network'],
  [['--write', '--reviewer-header', 'X-User', '--trust-proxy', '0.0.0.0/0'], 'is every address there is'],
  [['--host-name', 'https://docket.example.org'], 'is no name of a host'],
  [['--host-name', 'docket.example.org:443'], 'is no name of a host'],
  [['--no-open', '--listen', '203.0.113.7'], 'cannot listen on 203.0.113.7'],
])('docket ui %j says what is wrong before it serves anything', async (words, said) => {
  using project = fixtureProject();
  const { code, stderr, stdout } = await runHere(['ui', ...words], project);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});
