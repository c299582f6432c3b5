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

/** cursor/plugins, schemas/plugin.schema.json: another key is refused there. */
const cursorPluginSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
  displayName: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.strictObject({ name: z.string().min(1), email: z.email().optional() }),
  license: z.string(),
  keywords: z.array(z.string()),
  skills: z.string().startsWith('./'),
  mcpServers: z.record(z.string(), server),
});

/** openai/plugins, plugin-json-spec.md, and developers.openai.com/plugins/build/plugins */
const codexPluginSchema = z.strictObject({
  name: kebab,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: z.string().min(1),
  author: z.strictObject({ name: z.string().min(1), email: z.email().optional(), url: z.url().optional() }),
  license: z.string(),
  keywords: z.array(z.string()),
  skills: z.string().startsWith('./'),
  mcpServers: z.record(z.string(), server),
  interface: z.strictObject({
    displayName: z.string(),
    shortDescription: z.string(),
    longDescription: z.string(),
    developerName: z.string(),
    category: z.string(),
    capabilities: z.array(z.string()),
  }),
});

/** The catalog from which Codex installs: a malformed entry is skipped there without a word. */
const codexMarketplaceSchema = z.strictObject({
  name: kebab,
  interface: z.strictObject({ displayName: z.string() }),
  plugins: z
    .array(
      z.strictObject({
        name: kebab,
        source: z.strictObject({ source: z.literal('local'), path: z.string().startsWith('./') }),
        policy: z.strictObject({
          installation: z.enum(['NOT_AVAILABLE', 'AVAILABLE', 'INSTALLED_BY_DEFAULT']),
          authentication: z.enum(['ON_INSTALL', 'ON_USE']),
        }),
        category: z.string(),
      }),
    )
    .min(1),
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(repository, file), 'utf8'));

describe('what coding agents are given', () => {
  test('Codex and Cursor have the same plugin, of their published shapes', () => {
    const cursor = cursorPluginSchema.parse(readJson('.cursor-plugin/plugin.json'));
    const { interface: shown, ...codex } = codexPluginSchema.parse(readJson('.codex-plugin/plugin.json'));
    const { name, version, description, license, keywords, mcpServers } = plugin;
    for (const each of [cursor, codex]) {
      expect(each).toMatchObject({ name, version, description, license, keywords, mcpServers });
      expect(readdirSync(join(repository, each.skills)).sort()).toEqual(['add-case', 'improve-agent']);
    }
    expect(shown.displayName).toBe(cursor.displayName);
    const [entry] = codexMarketplaceSchema.parse(readJson('.agents/plugins/marketplace.json')).plugins;
    expect(entry?.name).toBe(name);
    expect(existsSync(join(repository, entry?.source.path ?? 'nowhere', '.codex-plugin/plugin.json'))).toBe(true);
  });

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
