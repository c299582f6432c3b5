import { describe, expect, it } from 'vitest';
import { AgentSource } from './agent-source.ts';
import { exchanged, SourceText } from './source-text.ts';

const source = `import { readFileSync } from 'node:fs';
import type * as v1 from './v1.generated.ts';
import {
  helper, // versions: { v9: {} }
} from "./helper.ts"; const late = await import('./late.ts');

export const agent = defineAgent<Map<Input, Other>, v1.Decision>({
  name: 'desk', // defineAgent({ name: 'other' })
  prompts: { v1: \`a } \${\`{ \${1}\`} b\`, 'v-2': read<A, B>('x', { y: 1 }), },
  versions: {
    v1: { prompt: 'v1', toolVariant: 'v1', model: /}{/.source },
  },
  ...rest,
});
`;

describe('a source read by its tokens', () => {
  const found = AgentSource.in('agent.ts', source, ['defineAgent'], 'v1');

  it('finds what is written out, whatever stands in texts, comments, patterns and type arguments', () => {
    expect(found?.definition.entries.map(({ key }) => key)).toEqual(['name', 'prompts', 'versions']);
    expect(found?.definition.plain).toBe(false);
    expect(found?.objectAt('prompts')?.entries.map(({ key, value }) => [key, found.source.of(value)])).toEqual([
      ['v1', '`a } ${`{ ${1}`} b`'],
      ['v-2', "read<A, B>('x', { y: 1 })"],
    ]);
    expect(found?.types && found.source.of(found.types)).toBe('<Map<Input, Other>, v1.Decision>');
    expect(found?.source.imports().map(({ from }) => from)).toEqual(['node:fs', './v1.generated.ts', './helper.ts']);
    expect(AgentSource.in('agent.ts', source, ['defineAgent'], 'v9')).toBeUndefined();
  });

  it('adds entries as the others are written, and changes nothing else', () => {
    const prompts = found?.objectAt('prompts');
    const versions = found?.objectAt('versions');
    if (!found || !prompts || !versions) throw new Error('not found');
    const text = found.edited([
      found.added(prompts, 'v3', "'c'"),
      found.added(versions, 'v-3', '{ prompt: "v3" }'),
      found.imported("import './late-v3.ts';"),
    ]);
    expect(text).toContain("{ y: 1 }), v3: 'c' },");
    expect(text).toContain(`model: /}{/.source },\n    "v-3": { prompt: "v3" },\n  },`);
    expect(text).toContain(`} from "./helper.ts";\nimport './late-v3.ts'; const late`);
    expect(text.replace(" v3: 'c'", '').replace('\n    "v-3": { prompt: "v3" },', '').replace("\nimport './late-v3.ts';", '')).toBe(source);
    expect(new SourceText(text).calls(['defineAgent'])).toHaveLength(1);
  });

  it('adds to objects that end with no comma, and to empty ones', () => {
    const added = (text: string) => {
      const [call] = new SourceText(text).calls(['f']);
      const agent = AgentSource.in('x.ts', text, ['f']);
      if (!call || !agent) throw new Error('not found');
      return exchanged(text, [agent.added(call.argument, 'b', '2')]);
    };
    expect(added('f({ a: 1 })')).toBe('f({ a: 1, b: 2 })');
    expect(added('f({\n  a: 1\n})')).toBe('f({\n  a: 1,\n  b: 2\n})');
    expect(added('f({})')).toBe('f({ b: 2 })');
  });
});
