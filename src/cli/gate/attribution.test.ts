import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../contracts/attribution.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt, soundVersion } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

/** The counter's agent with a user message from its file, and whatever else a change makes of it. */
function agent(versions: object, edit: (text: string) => string = (text) => text): string {
  const text = gateFiles.agent({ versions: JSON.stringify(versions) });
  return edit(
    text.replace("render: () => 'A parcel.'", "render: () => readFileSync(new URL('user-message.txt', import.meta.url), 'utf8')"),
  );
}

const main = gateProject();
beforeAll(async () => {
  main.write('agent.ts', agent({ v1: soundVersion }));
  // A clerk who hurries when he is told to, and who needs either a calm prompt or some effort.
  main.write(
    'clerk.ts',
    main.read('clerk.ts').replace(
      'const strict = ',
      `const hurried = JSON.stringify(request.messages[0]).includes('Hurry');
    const dull = prompt.includes('terse') && request.output_config?.effort === 'low';
    const strict = !hurried && !dull && `,
    ),
  );
  main.write('scales.ts', gateFiles.scales(20).replace('20 kg.', `\${process.env.COUNTER_LIMIT ?? 20} kg.`));
  main.commit('The counter, with a clerk of more habits');
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

type Regressed = Extract<Verdict, { readonly verdict: 'regressed' }>;

async function blame(
  files: Readonly<Record<string, string>>,
  words: readonly string[] = [],
  base: GateProject = main,
  environment: Readonly<Record<string, string>> = {},
) {
  using project = changing(base, files);
  project.commit('The change');
  const { verdict, stdout } = await judge(project, words, environment);
  if (verdict.verdict !== 'regressed' || !verdict.attribution) throw new Error(`${verdict.verdict}: ${stdout}`);
  return { verdict: verdict as Regressed, attribution: verdict.attribution, stdout };
}

const polite = `${soundPrompt}Be polite.\n`;
const other = { ...soundVersion, model: 'claude-sonnet-5-5' };

describe('docket gate names the part that did it', () => {
  const blamed: [Attribution['factor'], string, Record<string, string>][] = [
    ['userMessage', 'beside a harmless prompt', { 'user-message.txt': 'Hurry: a parcel.', 'prompts/v1.md': polite }],
    ['userMessage', 'beside a harmless model', { 'user-message.txt': 'Hurry: a parcel.', 'agent.ts': agent({ v1: other }) }],
    [
      'settings',
      'beside a harmless prompt',
      { 'prompts/v1.md': polite, 'agent.ts': agent({ v1: { ...soundVersion, settings: { maxTurns: 1 } } }) },
    ],
    ['tools', 'beside model and prompt', { 'scales.ts': gateFiles.scales(90), 'prompts/v1.md': polite, 'agent.ts': agent({ v1: other }) }],
    [
      'prompt',
      'beside user message, model and settings',
      {
        'prompts/v1.md': laxPrompt,
        'user-message.txt': 'A parcel, please.',
        'agent.ts': agent({ v1: { ...other, settings: { effort: 'high' } } }),
      },
    ],
    [
      'inputSchema',
      'whose transform halves every weight',
      {
        'prompts/v1.md': polite,
        'agent.ts': agent({ v1: soundVersion }, (text) =>
          text.replace('weight: z.number().positive() }', 'weight: z.number().positive().transform((weight) => weight / 2) }'),
        ),
      },
    ],
  ];
  const isNamed = async (...[factor, , files]: (typeof blamed)[number]) => {
    const { attribution } = await blame(files);
    expect(attribution).toMatchObject({ factor, factors: [factor] });
    const named = attribution.contrasts.find(({ factors }) => factors.includes(factor as never));
    expect(named?.effect.low).toBeGreaterThan(0);
  };
  it.each(blamed)('%s, %s', { tags: ['slow'] }, isNamed);

  it('never one that did not change, and says how it did, where, and what to do', { tags: ['slow'] }, async () => {
    const { verdict, attribution, stdout } = await blame({ 'prompts/v1.md': laxPrompt, 'agent.ts': agent({ v1: other }) });
    const { spent, reused, saved, budget } = verdict.spending.trials;
    // What looks for the cause is spent, too.
    expect(spent + reused + saved).toBe(budget);
    // agent.ts names the model, and is code besides.
    expect(attribution.contrasts.map(({ factors }) => factors)).toEqual([['prompt'], ['model'], ['rest']]);
    expect(attribution.diffs).toEqual([
      {
        factor: 'prompt',
        title: 'prompt',
        lines: [
          { kind: 'removed', text: soundPrompt.trim() },
          { kind: 'added', text: laxPrompt.trim() },
        ],
        leftOut: 0,
      },
    ]);
    expect(verdict.changedFiles).toEqual({
      files: [
        { path: 'agent.ts', change: 'changed' },
        { path: 'prompts/v1.md', change: 'changed' },
      ],
      leftOut: 0,
    });
    expect(verdict.accused).toMatchObject([
      {
        caseId: 'heavy',
        file: 'cases/heavy.json',
        findings: [{ code: 'false-approval' }],
        fields: [{ field: 'accepted', expected: 'false', actual: 'true' }],
        step: expect.stringContaining('the answer'),
        again: expect.stringMatching(/eval --case heavy --versions v1 --trials 5 --mode simulated$/),
        remedy: expect.stringMatching(/^Undo or fix the change to the prompt\./),
      },
    ]);
    expect(stdout).toMatch(/cause +the prompt\. With the candidate's prompt alone the case heavy passes 0 of \d/);
    expect(stdout).toContain('- You are a clerk. Take no parcel over the limit.');
    expect(stdout).toMatch(/where +cases\/heavy\.json; accepted is true, the label says false/);
  });
});

describe('docket gate says what the runs carry, and no more', () => {
  it('two parts that do harm, each alone', { tags: ['slow'] }, async () => {
    const { attribution } = await blame({ 'prompts/v1.md': laxPrompt, 'user-message.txt': 'Hurry: a parcel.' });
    expect(attribution).toMatchObject({ factor: 'several', factors: ['prompt', 'userMessage'] });
  });

  it('parts that do harm together only, where the contrasts show it', { tags: ['slow'] }, async () => {
    const { attribution } = await blame({
      'prompts/v1.md': `${soundPrompt}Be terse.\n`,
      'agent.ts': agent({ v1: { ...soundVersion, settings: { effort: 'low' } } }),
    });
    expect(attribution).toMatchObject({ factor: 'interaction', factors: ['prompt', 'settings'] });
  });

  it('files that are read, tried with the code that reads them; and which of the two it was only where one of them is the same', {
    tags: ['slow'],
  }, async () => {
    using reading = main.branchAs('reading');
    reading.git('switch', '--quiet', 'main');
    const declared = agent({ v1: soundVersion }, (text) =>
      text.replace("name: 'parcel-counter',", "name: 'parcel-counter', reads: ['limits/*'],"),
    );
    const scales = `import { readFileSync } from 'node:fs';
const name = ['limits', 'now'].join('/');
export const weigh = (weight) => \`Weight: \${weight} kg. Limit: \${readFileSync(new URL(name, import.meta.url), 'utf8').trim()} kg.\`;
`;
    reading.write('agent.ts', declared);
    reading.write('scales.ts', scales);
    reading.write('limits/now', '20');
    reading.commit('The limit stands in a file');
    await runHere(['baseline', 'accept'], reading);
    reading.commit('Its baseline');
    const alone = await blame({ 'limits/now': '90', 'prompts/v1.md': polite }, [], reading);
    expect(alone.attribution).toMatchObject({ factor: 'reads', diffs: [{ title: 'limits/now' }], notDecidable: [] });
    const both = await blame({ 'limits/now': '90', 'scales.ts': `${scales}\n`, 'prompts/v1.md': polite }, [], reading);
    expect(both.attribution).toMatchObject({ factor: 'unclear', factors: ['tools', 'reads'] });
    expect(both.attribution.notDecidable[0]?.reason).toMatch(
      /^Not decidable: the tools and the files read at run time cannot be tried apart/,
    );
    expect(both.attribution.contrasts.find(({ factors }) => factors.includes('reads'))?.effect.low).toBeGreaterThan(0);
  });

  it('a file that no part counts, and not the only part that changed beside it', { tags: ['slow'] }, async () => {
    const { attribution } = await blame({
      'prompts/v1.md': polite,
      // Code around the tool, in a file that is not the tool's source.
      'agent.ts': agent({ v1: soundVersion }, (text) => text.replace('weigh(weight)', 'weigh(weight / 2)')),
    });
    expect(attribution).toMatchObject({ factor: 'rest', factors: ['rest'], diffs: [{ title: 'agent.ts' }] });
    expect(attribution.reason).not.toContain('Only');
  });

  it('not decided, where the budget leaves too little', { tags: ['slow'] }, async () => {
    const { attribution } = await blame({ 'prompts/v1.md': laxPrompt, 'agent.ts': agent({ v1: other }) }, ['--budget', '14']);
    expect(attribution.factor).toBe('unclear');
    expect(attribution.reason).toMatch(
      /^Not decided: .*the prompt, the model and the other files of the agent caused it, and the budget allows no more runs\./,
    );
  });

  it('not decided, where main itself fails as it runs now', { tags: ['slow'] }, async () => {
    const files = { 'prompts/v1.md': polite, 'agent.ts': agent({ v1: other }) };
    const { attribution } = await blame(files, [], main, { COUNTER_LIMIT: '90' });
    expect(attribution).toMatchObject({ factor: 'unclear' });
    expect(attribution.reason).toMatch(/^Not decided: main itself, run now, passes 0 of 3 \(before: 10 of 10\)/);
  });
});
