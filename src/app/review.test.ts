import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileText } from '../reporters/testing/hostile-text.ts';
import type { DraftSheet } from './api/get-draft.ts';
import type { DraftList } from './api/list-drafts.ts';
import { AppProject } from './app-project.ts';
import { appOf } from './app-server.ts';
import { type ReviewProject, reviewProject } from './testing/review-project.ts';
import { trustedAddresses, type WhoReviews } from './who-reviews.ts';

const host = '127.0.0.1:4000';

/** The app of a project, asked as a page asks it. */
function appFor(made: ReviewProject, who: WhoReviews | string | undefined = 'Ada', hostNames: readonly string[] = []) {
  const whoReviews: WhoReviews = typeof who === 'string' ? { kind: 'named', name: who } : (who ?? { kind: 'nobody' });
  const project = new AppProject({ directory: made.directory, environment: {}, canWrite: who !== undefined, whoReviews, hostNames });
  const app = appOf(project, () => 4000, new AbortController().signal);
  const headers = { host, authorization: `Bearer ${project.token}` };
  const asked = async (path: string, init: RequestInit = {}, env: object = {}) => {
    const answer = await app.request(
      `http://${host}/api/v1${path}`,
      { ...init, headers: { ...headers, ...(init.headers as object) } },
      env,
    );
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return {
    project,
    get: asked,
    post: (path: string, body: object, more: Record<string, string> = {}, env: object = {}) =>
      asked(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...more } }, env),
    sheet: async (id: string) => (await asked(`/drafts/${id}`)).body as unknown as DraftSheet,
    list: async () => (await asked('/drafts')).body as unknown as DraftList,
  };
}

const heavy = {
  number: 1,
  input: { weight_kg: 30, worth: 1250.5 },
  decision: { accepted: true, fee: 60, reason: 'so I decided' },
  userMessage: 'May my parcel go? Call 555-123-4567',
  tools: [
    { name: 'weigh', result: 'Weight: 30 kg. Limit: 20 kg.' },
    { name: 'submit_decision', input: { accepted: true, fee: 60 }, result: 'noted' },
    { name: 'notify', input: { text: 'We accept your parcel' }, result: 'sent' },
    { name: 'lookup', result: '{"last_year":{"isAccepted":1,"accepted":true}}' },
    { name: 'fee_table', result: 'Two dollars a kilogram: $60 for 30 kg.' },
  ],
};

const light = { number: 2, input: { weight_kg: 3, worth: 80 }, decision: { accepted: true, fee: 6 } };
const unknown = {
  number: 3,
  input: { weight_kg: 5 },
  decision: { accepted: false },
  draft: { missing: ['worth'], title: 'A case from production, its input incomplete' },
};
/** As long as a title may be. */
const hostileTitle = hostileText.slice(0, 200);
const pairs = (fields: Record<string, string>) => Object.entries(fields).map(([field, typed]) => ({ field, typed }));

describe('what a reviewer sees before the label', () => {
  let made: ReviewProject;
  beforeAll(async () => {
    made = await reviewProject([
      heavy,
      unknown,
      {
        number: 4,
        input: { weight_kg: 1, worth: 1, photo: 'data:image/png;base64,iVBORw0KGgo=', note: hostileText },
        decision: {},
        draft: { title: hostileTitle },
      },
    ]);
  });
  afterAll(() => made[Symbol.dispose]());

  test('input and policy in words and units, what tools gave, and nothing of what was decided', async () => {
    const app = appFor(made);
    const sheet = await app.sheet(made.id(1));
    expect(sheet.input.map(({ label, text }) => `${label}: ${text}`)).toEqual(['Weight: 30 kg', 'Declared worth: $1,250.50']);
    expect(sheet.policy).toMatchObject({ rationale: '30 kg against the limit of 20 kg.', decision: [{ text: 'no' }, { text: '$0' }] });
    expect(sheet.userMessage).toMatch(/^May my parcel go\? Call 000-\d{3}-\d{4}$/);
    expect(sheet.evidence?.tools.map(({ tool }) => tool)).toEqual(['weigh', 'fee_table']);
    expect(sheet.evidence?.heldBack).toBe(3);
    expect(JSON.stringify(sheet)).not.toMatch(/so I decided|noted|We accept/);
    expect((await app.list()).drafts.map(({ what }) => what)).toContain('Weight 30 kg, Declared worth $1,250.50');
    await app.project.close();
  });

  test('an image of a kind that runs nothing, and hostile text as the data that it is', async () => {
    const app = appFor(made);
    const { input, title } = await app.sheet(made.id(4));
    expect(input.find(({ field }) => field === 'photo')?.attached).toEqual({ url: 'data:image/png;base64,iVBORw0KGgo=', isImage: true });
    expect([input.find(({ field }) => field === 'note')?.text, title]).toEqual([hostileText, hostileTitle]);
    await app.project.close();
  });

  test('each typed field is held against its schema, and the policy answers once the input is whole', async () => {
    const app = appFor(made);
    const check = (body: object) => app.post(`/drafts/${made.id(3)}/check`, body);
    const { body } = await check({
      decision: pairs({ accepted: 'aproved', fee: '99,000', lane: '"sea"', constructor: 'me', nobody: '1' }).concat([
        { field: '__proto__', typed: '1' },
      ]),
      input: pairs({ worth: '-4' }),
      caseId: 'Not An Id',
    });
    expect(body).toMatchObject({
      decision: {
        faults: [
          { field: 'accepted', fault: 'Choose one of the answers.' },
          { field: 'fee', fault: 'Write plain digits: 99000, if that is what you mean.' },
          { field: 'lane', fault: 'Choose one of the answers.' },
          { field: 'nobody', fault: 'There is no such field.' },
          { field: '__proto__', fault: 'There is no such field.' },
        ],
      },
      input: { faults: [{ field: 'worth', fault: expect.stringMatching(/0/) }] },
      policy: null,
      idFault: 'Lower-case letters, digits and dashes, at most 80.',
    });
    expect((await check({ decision: pairs({ fee: '-1' }) })).body).toMatchObject({ decision: { faults: [{ fault: 'At least 0' }] } });
    expect((await check({ decision: pairs({ fee: '1250.5' }), input: pairs({ worth: '90' }) })).body).toMatchObject({
      decision: { faults: [], shown: [{ field: 'fee', text: '$1,250.50' }] },
      policy: { decision: [{ text: 'yes' }, { text: '$10' }] },
      suggested: { id: 'weight-5-kg-declared-worth-90' },
    });
    await app.project.close();
  });
});

describe('answers', () => {
  const run = async (
    runs: Parameters<typeof reviewProject>[0],
    use: (app: ReturnType<typeof appFor>, made: ReviewProject) => Promise<void>,
  ) => {
    using made = await reviewProject(runs);
    const app = appFor(made);
    try {
      await use(app, made);
    } finally {
      await app.project.close();
    }
  };
  const answer = async (app: ReturnType<typeof appFor>, id: string, body: object) =>
    app.post(`/drafts/${id}/answer`, { hash: (await app.sheet(id)).hash, ...body });

  test('become case files and lines of the log, and only then production is shown', () =>
    run([heavy, light, unknown], async (app, made) => {
      expect(await answer(app, made.id(1), { answer: 'approve', title: 'Too heavy', caseId: 'too-heavy' })).toMatchObject({
        status: 200,
        body: {
          result: 'case',
          file: 'cases/too-heavy.json',
          left: 2,
          production: {
            decision: [{ text: 'yes' }, { text: '$60' }, {}],
            findings: [
              { about: 'Accepted', messages: ['accepted is true, expected false: a false approval'] },
              { about: 'Fee', messages: ['fee is 60, expected 0'] },
            ],
          },
        },
      });
      expect(made.readCase('too-heavy')).toMatchObject({
        title: 'Too heavy',
        label: { decision: { accepted: false, fee: 0 }, source: 'policy', reviewers: [{ kind: 'policy' }, { kind: 'human', name: 'Ada' }] },
      });
      expect(
        await answer(app, made.id(3), {
          answer: 'correct',
          decision: [...pairs({ accepted: 'true', fee: '12' }), { field: 'constructor', typed: 'hand' }],
          why: 'As it always was',
          input: pairs({ worth: '70' }),
          caseId: 'filled-in',
        }),
      ).toMatchObject({ body: { result: 'case' } });
      expect(made.readCase('filled-in')).toMatchObject({
        input: { weight_kg: 5, worth: 70 },
        label: {
          decision: Object.fromEntries([
            ['accepted', true],
            ['constructor', 'hand'],
            ['fee', 12],
          ]),
          rationale: 'As it always was',
        },
      });
      expect(await answer(app, made.id(2), { answer: 'discard', why: 'a test' })).toMatchObject({
        body: { result: 'discarded', production: null, left: 0 },
      });
      expect(made.log()).toMatchObject([
        {
          reviewer: 'Ada',
          answer: 'approve',
          draft: made.id(1),
          file: 'cases/too-heavy.json',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        { reviewer: 'Ada', answer: 'correct', draft: made.id(3), file: 'cases/filled-in.json' },
        { reviewer: 'Ada', answer: 'discard', draft: made.id(2), file: `cases/drafts/${made.id(2)}.json` },
      ]);
    }));

  test('that cannot stand are refused in plain words, and nothing is written', () =>
    run([heavy, { ...light, draft: { equivalence: { policy: 'differs', agent: 'not-checked' } } }, unknown], async (app, made) => {
      const refused = async (number: number, body: object) => (await answer(app, made.id(number), body)).body.error;
      expect(await refused(1, { answer: 'correct', decision: [], why: 'x' })).toMatch(/at least one field/);
      expect(await refused(1, { answer: 'correct', decision: pairs({ accepted: 'false' }), why: ' ' })).toBe(
        'Say why the decision is right.',
      );
      expect(await refused(1, { answer: 'correct', decision: pairs({ accepted: 'maybe' }), why: 'x' })).toContain(
        'accepted: Choose one of the answers.',
      );
      expect(await refused(1, { answer: 'discard' })).toBe('Say why it is not worth a case.');
      expect(await refused(1, { answer: 'dispute', decision: pairs({ accepted: 'false' }), why: 'x' })).toMatch(
        /both sides of the dispute give the same/,
      );
      expect(await refused(1, { answer: 'approve', caseId: '../../evil' })).toMatch(/lower-case letters/);
      expect(await refused(2, { answer: 'approve' })).toMatch(/after redaction the policy answers differently/);
      expect(await refused(1, { answer: 'approve', reviewer: 'Grace' })).toBeUndefined();
      expect(made.log()).toMatchObject([{ reviewer: 'Ada', answer: 'approve' }]);
      const input = pairs({ worth: '9' });
      const seen = [...pairs({ accepted: 'true', fee: '4' })];
      expect(await answer(app, made.id(3), { answer: 'approve', input, seen })).toMatchObject({
        status: 409,
        body: { error: expect.stringContaining('something else than you saw') },
      });
      expect(made.drafts()).toEqual([2, 3].map((number) => `${made.id(number)}.json`).sort());
    }));

  test('are about the draft as it was seen: what changed, was answered or is gone meanwhile says so', () =>
    run([heavy, light, unknown], async (app, made) => {
      const [one, two, three] = [1, 2, 3].map((number) => made.id(number)) as [string, string, string];
      const seen = await Promise.all([one, two, three].map(async (id) => (await app.sheet(id)).hash));
      // Two tabs: both answers are on their way.
      const both = await Promise.all(
        ['one', 'two'].map((caseId) => app.post(`/drafts/${one}/answer`, { hash: seen[0], answer: 'approve', caseId })),
      );
      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await app.post(`/drafts/${one}/answer`, { hash: seen[0], answer: 'approve' })).toMatchObject({
        status: 409,
        body: {
          error: expect.stringMatching(
            /^You answered this draft on \d{4}-\d\d-\d\d at \d\d:\d\d UTC, after you opened it\. Your answer was not saved\.$/,
          ),
        },
      });
      const grace = appFor(made, 'Grace');
      expect(await grace.post(`/drafts/${one}/answer`, { hash: seen[0], answer: 'approve' })).toMatchObject({
        status: 409,
        body: { error: expect.stringMatching(/^Ada answered this draft/) },
      });
      expect((await grace.get(`/drafts/${one}`)).body.error).toMatch(/does not wait for you any more: Ada answered it/);
      await grace.project.close();
      const file = join(made.cases, 'drafts', `${two}.json`);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"weight_kg": 3', '"weight_kg": 4'));
      rmSync(join(made.cases, 'drafts', `${three}.json`));
      expect(await app.post(`/drafts/${two}/answer`, { hash: seen[1], answer: 'approve' })).toMatchObject({
        status: 409,
        body: { error: 'The draft was changed, after you opened it. Your answer was not saved.' },
      });
      expect(await app.post(`/drafts/${three}/answer`, { hash: seen[2], answer: 'discard', why: 'x' })).toMatchObject({ status: 409 });
      expect(readdirSync(made.cases).filter((name) => name.endsWith('.json'))).toHaveLength(1);
      expect(made.log()).toHaveLength(1);
    }));

  test('are taken back in a later session, once each, and not when the case was edited since', () =>
    run([heavy, light], async (app, made) => {
      const before = readFileSync(join(made.cases, 'drafts', `${made.id(2)}.json`), 'utf8');
      await answer(app, made.id(1), { answer: 'approve', caseId: 'one' });
      await answer(app, made.id(2), { answer: 'discard', why: 'x' });
      const later = appFor(made, 'ada ');
      const { last } = await later.list();
      expect(last).toMatchObject({ about: made.id(2), answer: 'discard' });
      expect(await later.post('/reviews/undo', { id: last?.id })).toMatchObject({ status: 200, body: { draft: made.id(2) } });
      expect(readFileSync(join(made.cases, 'drafts', `${made.id(2)}.json`), 'utf8')).toBe(before);
      // The second tab meant the same answer.
      expect(await later.post('/reviews/undo', { id: last?.id })).toMatchObject({ status: 409 });
      expect(await appFor(made, 'Grace').post('/reviews/undo', {})).toMatchObject({
        status: 409,
        body: { error: 'There is nothing to take back.' },
      });
      writeFileSync(join(made.cases, 'one.json'), `${readFileSync(join(made.cases, 'one.json'), 'utf8')} `);
      expect(await later.post('/reviews/undo', {})).toMatchObject({
        status: 409,
        body: { error: expect.stringContaining('has changed since') },
      });
      expect(made.log().map((entry) => entry.answer)).toEqual(['approve', 'discard', 'undo']);
      await later.project.close();
    }));

  test('on a critical case: the second person sees nothing of the first, and both have to agree', () =>
    run([heavy], async (app, made) => {
      const id = made.id(1);
      const first = {
        answer: 'correct',
        decision: pairs({ accepted: 'false', fee: '3' }),
        why: 'It leaks',
        title: 'A leak',
        critical: true,
      };
      expect(await answer(app, id, first)).toMatchObject({ body: { result: 'waits', left: 0 } });
      expect((await app.get(`/drafts/${id}`)).status).toBe(404);
      expect((await app.post(`/drafts/${id}/answer`, { hash: 'x', ...first })).status).toBe(409);
      const grace = appFor(made, 'Grace');
      const sheet = await grace.sheet(id);
      expect(sheet).toMatchObject({ critical: true, second: true, title: null });
      expect(JSON.stringify([sheet, await grace.list()])).not.toMatch(/leak|Ada/i);
      expect(await grace.post(`/drafts/${id}/answer`, { hash: sheet.hash, answer: 'approve' })).toMatchObject({
        body: { result: 'disputed' },
      });
      expect(made.readCase(id)).toMatchObject({
        critical: true,
        dispute: { labels: [{ source: 'Ada' }, { source: expect.stringContaining('Grace') }] },
      });
      // Ada gave one of the labels, and nobody else agrees with her.
      const [question] = (await app.get('/audit')).body.questions as { hash: string; sides: { typed: object[] }[] }[];
      const settle = { hash: question?.hash, answer: 'settle', decision: question?.sides[0]?.typed, argument: 'I say so' };
      expect((await app.post(`/audit/${id}/answer`, settle)).body.error).toMatch(/needs two people/);
      const alan = appFor(made, 'Alan');
      expect(await alan.post(`/audit/${id}/answer`, settle)).toMatchObject({ status: 200, body: { file: `cases/${id}.json` } });
      expect(made.readCase(id)).toMatchObject({
        label: { decision: { accepted: false, fee: 3 }, reviewers: [{ name: 'Ada' }, { name: 'Alan' }] },
        dispute: { resolution: { decision: { accepted: false, fee: 3 }, argument: 'I say so', reviewer: { name: 'Alan' } } },
      });
      await Promise.all([grace, alan].map((each) => each.project.close()));
    }));

  test('by a full disk leave everything as it was', { skip: process.platform !== 'linux' }, () =>
    run([heavy], async (app, made) => {
      const before = readFileSync(join(made.cases, 'drafts', `${made.id(1)}.json`), 'utf8');
      symlinkSync('/dev/full', join(made.cases, 'reviews.ndjson'));
      expect(await answer(app, made.id(1), { answer: 'approve', caseId: 'one' })).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/could not be saved \(ENOSPC.*Nothing was changed/) },
      });
      expect(readdirSync(made.cases).sort()).toEqual(['drafts', 'reviews.ndjson']);
      expect(readFileSync(join(made.cases, 'drafts', `${made.id(1)}.json`), 'utf8')).toBe(before);
      expect(readdirSync(join(made.directory, '.docket', 'reviews'))).toEqual([]);
    }),
  );

  test('go by the agent as it was loaded: when its files change, none is taken any more', () =>
    run([heavy], async (app, made) => {
      const { hash } = await app.sheet(made.id(1));
      const file = join(made.directory, 'agent.ts');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('<= 20', '<= 40'));
      expect(await app.post(`/drafts/${made.id(1)}/answer`, { hash, answer: 'approve' })).toMatchObject({
        status: 409,
        body: { error: expect.stringContaining('Start docket ui again') },
      });
      expect(made.drafts()).toHaveLength(1);
    }));

  test('are longer than any answer: refused before they are read', () =>
    run([heavy], async (app, made) => {
      const why = 'x'.repeat(3_000_000);
      expect(await app.post(`/drafts/${made.id(1)}/answer`, { hash: 'x', answer: 'discard', why })).toMatchObject({ status: 413 });
    }));
});

describe('labels in question', () => {
  test('a suspect label is put in dispute, settled, and taken back', async () => {
    const wrong = {
      id: 'wrong',
      title: 'Heavy, and taken',
      input: { weight_kg: 30, worth: 5 },
      label: { decision: { accepted: true }, source: 'human', rationale: 'A slip', reviewers: [{ kind: 'human', name: 'Alan' }] },
      origin: { kind: 'designed' },
    };
    using made = await reviewProject([], { 'cases/wrong.json': JSON.stringify(wrong) });
    const app = appFor(made);
    type Questions = { questions: { hash: string; kind: string; sides: { source: string; typed: object[] }[] }[] };
    const questions = async () => ((await app.get('/audit')).body as unknown as Questions).questions;
    const [suspect] = await questions();
    expect(suspect).toMatchObject({ kind: 'suspect', reason: expect.stringContaining('30 kg against the limit'), sides: [{}, {}] });
    expect(await app.post('/audit/wrong/answer', { hash: suspect?.hash, answer: 'open-dispute' })).toMatchObject({ status: 200 });
    expect(await app.post('/audit/wrong/answer', { hash: suspect?.hash, answer: 'open-dispute' })).toMatchObject({ status: 409 });
    const [dispute] = await questions();
    expect(dispute).toMatchObject({ kind: 'dispute', sides: [{}, { source: 'the label audit (policy)' }] });
    const settle = { hash: dispute?.hash, answer: 'settle', decision: dispute?.sides[1]?.typed };
    expect((await app.post('/audit/wrong/answer', settle)).body.error).toBe('Say why this decision holds.');
    expect(await app.post('/audit/wrong/answer', { ...settle, argument: 'The limit is 20 kg' })).toMatchObject({ status: 200 });
    expect(made.readCase('wrong')).toMatchObject({
      label: { decision: { accepted: false, fee: 0 }, source: 'human', rationale: 'The limit is 20 kg' },
    });
    expect(await questions()).toEqual([]);
    for (const _ of ['settle', 'open-dispute'])
      expect(await app.post('/reviews/undo', {})).toMatchObject({ status: 200, body: { draft: null } });
    expect(made.readCase('wrong')).toEqual(wrong);
    expect(made.log().map(({ answer }) => answer)).toEqual(['open-dispute', 'settle', 'undo', 'undo']);
    await app.project.close();
  });
});

describe('whose name an answer gets', () => {
  const proxied = { kind: 'header', header: 'x-forwarded-email', trusted: trustedAddresses(['10.1.0.0/16', '::1']) } as const;
  const from = (remoteAddress: string, ...values: string[]) => ({
    incoming: { socket: { remoteAddress }, rawHeaders: values.flatMap((value) => ['X-Forwarded-Email', value]) },
  });
  let made: ReviewProject;
  beforeAll(async () => {
    made = await reviewProject([heavy]);
  });
  afterAll(() => made[Symbol.dispose]());
  const asProxied = async (env: object, headers: Record<string, string> = {}) => {
    const app = appFor(made, proxied, ['docket.example.org']);
    const answered = await app.get('/drafts', { headers: { authorization: 'Bearer none', ...headers } }, env);
    await app.project.close();
    return answered;
  };

  test.each([
    ['10.1.2.3', 'ada@example.org', 'ada@example.org'],
    ['::ffff:10.1.2.3', 'ada@example.org', 'ada@example.org'],
    ['::1', Buffer.from('José').toString('latin1'), 'José'],
  ])('a trusted proxy at %s names %s', async (address, value, reviewer) => {
    expect(await asProxied(from(address, value))).toMatchObject({ status: 200, body: { reviewer } });
  });

  test.each([
    ['an untrusted address', from('10.2.0.1', 'ada@example.org')],
    ['this machine, which nobody trusted', from('127.0.0.1', 'ada@example.org')],
    ['nowhere', from('', 'ada@example.org')],
    ['two names', from('10.1.2.3', 'ada@example.org', 'grace@example.org')],
    ['an empty name', from('10.1.2.3', ' ')],
    ['a name that shows nothing', from('10.1.2.3', Buffer.from('\u202E\u200B').toString('latin1'))],
    ['a name that goes on and on', from('10.1.2.3', 'a'.repeat(201))],
  ])('%s is refused', async (_, env) => {
    expect((await asProxied(env)).status).toBe(403);
  });

  test('without the header the token is needed, and it names nobody', async () => {
    expect((await asProxied(from('10.1.2.3'))).status).toBe(401);
    const app = appFor(made, proxied);
    expect((await app.list()).reviewer).toBeNull();
    const { hash } = await app.sheet(made.id(1));
    expect(await app.post(`/drafts/${made.id(1)}/answer`, { hash, answer: 'approve' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('x-forwarded-email') },
    });
    await app.project.close();
  });

  test('a page of the proxy may ask, one of another name may not', async () => {
    const env = from('10.1.2.3', 'ada@example.org');
    const asking = (name: string, origin: string) => asProxied(env, { host: name, origin });
    expect((await asking('docket.example.org', 'https://docket.example.org')).status).toBe(200);
    expect((await asking('docket.example.org:8443', 'https://docket.example.org:8443')).status).toBe(200);
    expect((await asking('docket.example.org', 'https://evil.example')).status).toBe(403);
    expect((await asking('docket.example.org.evil.example', 'https://docket.example.org.evil.example')).status).toBe(403);
    expect((await asking('evil.example', 'https://evil.example')).status).toBe(403);
  });

  test('a server that only reads shows drafts and takes no answer', async () => {
    const app = appFor(made, null as never);
    const reading = new AppProject({
      directory: made.directory,
      environment: {},
      canWrite: false,
      whoReviews: { kind: 'named', name: 'Ada' },
    });
    const asked = await appOf(reading, () => 4000, new AbortController().signal).request(`http://${host}/api/v1/drafts`, {
      headers: { host, authorization: `Bearer ${reading.token}` },
    });
    expect(await asked.json()).toMatchObject({ reviewer: null, why: expect.stringContaining('--write'), drafts: [{}] });
    await Promise.all([app.project.close(), reading.close()]);
  });

  test.each(['', '10.0.0.0/33', '0.0.0.0/0', '::/0', 'example.org', '10.0.0.1/8/8', '10.0.0/8', '10.0.0.0/-1', '127.0.0.1/'])(
    'nobody is trusted by "%s"',
    (text) => {
      expect(() => trustedAddresses([text])).toThrow(/--trust-proxy/);
    },
  );
});
