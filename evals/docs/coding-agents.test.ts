import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import marketplace from '../../.claude-plugin/marketplace.json' with { type: 'json' };
import plugin from '../../.claude-plugin/plugin.json' with { type: 'json' };
import mcp from '../../.mcp.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { mcpTools } from '../../src/mcp/tools/tools.ts';

const repository = join(import.meta.dirname, '../..');
const kebab = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const server = z.strictObject({ command: z.string().min(1), args: z.array(z.string()) });

/** As the vendor documents it: code.claude.com/docs/en/plugins-reference. */
const pluginSchema = z.strictObject({
  name: kebab,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: z.string().min(1),
  author: z.strictObject({ name: z.string().min(1) }),
  license: z.string(),
  keywords: z.array(z.string()),
  skills: z.array(z.string().startsWith('./')),
  mcpServers: z.record(z.string(), server),
});

/** code.claude.com/docs/en/plugin-marketplaces */
const marketplaceSchema = z.strictObject({
  name: kebab,
  description: z.string(),
  owner: z.strictObject({ name: z.string().min(1) }),
  plugins: z.array(z.strictObject({ name: kebab, source: z.string().startsWith('./'), description: z.string() })).min(1),
});

/** agentskills.io/specification */
const skillSchema = z.strictObject({
  name: kebab.max(64),
  description: z.string().min(1).max(1024),
  'argument-hint': z.string().optional(),
});

/** cursor.com/docs/mcp: a server of stdin and stdout. */
const cursorSchema = z.strictObject({
  mcpServers: z.record(
    z.string().min(1),
    server.extend({ type: z.literal('stdio'), env: z.record(z.string(), z.string()).optional(), envFile: z.string().optional() }),
  ),
});

/** `RawMcpServerConfig` of openai/codex, codex-rs/core/config.schema.json, as far as it is about a server of stdin and stdout; another key is refused there. */
const codexSchema = z.strictObject({
  mcp_servers: z.record(
    z.string().regex(/^[\w-]+$/),
    server.extend({
      env: z.record(z.string(), z.string()).optional(),
      cwd: z.string().optional(),
      startup_timeout_sec: z.number().positive().optional(),
      tool_timeout_sec: z.number().positive().optional(),
      enabled: z.boolean().optional(),
      required: z.boolean().optional(),
      enabled_tools: z.array(z.string()).optional(),
      disabled_tools: z.array(z.string()).optional(),
    }),
  ),
});

describe('what coding agents are given', () => {
  test('the plugin and its marketplace are of the documented shape, and name what is there', () => {
    const { name, skills, version } = pluginSchema.parse(plugin);
    expect(version).toBe(manifest.version);
    expect(marketplaceSchema.parse(marketplace).plugins.map((each) => each.name)).toEqual([name]);
    for (const skill of skills) expect(existsSync(join(repository, skill, 'SKILL.md')), skill).toBe(true);
    expect(skills.length).toBe(readdirSync(join(repository, '.agents/skills')).length);
  });

  test.each(readdirSync(join(repository, '.agents/skills')))(
    'the skill %s names tools that there are, and stops where a person decides',
    (name) => {
      const text = readFileSync(join(repository, '.agents/skills', name, 'SKILL.md'), 'utf8');
      const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
      expect(skillSchema.parse(parse(head)).name).toBe(name);
      const tools = new Set(mcpTools.map((tool) => tool.name));
      const named = [...body.matchAll(/`([a-z]+(?:_[a-z]+)+|gate)`/g)].map(([, tool = '']) => tool);
      expect(named.length).toBeGreaterThan(2);
      for (const tool of named) expect(tools, tool).toContain(tool);
      if (name === 'improve-agent') expect(body.match(/\*\*(?:Stop here|Open a pull request only)/g)).toHaveLength(2);
    },
  );

  test('every client starts the same server', () => {
    const cursor = cursorSchema.parse(JSON.parse(readFileSync(join(repository, '.cursor/mcp.json'), 'utf8')));
    const codex = codexSchema.parse(parseToml(readFileSync(join(repository, '.codex/config.toml'), 'utf8')));
    const { docket } = z.strictObject({ mcpServers: z.strictObject({ docket: server }) }).parse(mcp).mcpServers;
    expect(cursor).toEqual({ mcpServers: { docket: { type: 'stdio', ...docket } } });
    expect(codex).toEqual({ mcp_servers: { docket } });
  });
});
