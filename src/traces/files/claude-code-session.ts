import type { JsonObject } from '../../contracts/json.ts';
import { tokens } from '../dialects/attribute-values.ts';
import { readMessages } from '../dialects/read-messages.ts';
import type { SpanPage, Unread } from '../importers/importer.ts';
import { isTooDeep, objectOf } from '../importers/json-text.ts';
import { unixNanoOf } from '../importers/unix-nano.ts';
import { type Said, spansOfConversation } from './conversation.ts';
import type { FileFormat } from './file-format.ts';
import { wordsIn } from './span-of.ts';

/** A session that Claude Code keeps below `~/.claude/projects`: a line for each block that was said. Side conversations are left to their own files. */
export const claudeCodeSession: FileFormat = {
  title: 'a Claude Code session',
  recognises: (first) => typeof first.sessionId === 'string' && 'type' in first,
  read(records): SpanPage {
    const unread: Unread[] = [];
    const sessions = new Map<string, Said[]>();
    const answered = new Map<string, Said>();
    for (const [index, record] of records.entries()) {
      const line = objectOf(record);
      const message = objectOf(line?.message);
      const reason = line ? (isTooDeep(line) ? 'the line nests too deeply' : undefined) : 'the line is not a JSON object';
      if (reason !== undefined) {
        unread.push({ reason, record: `line ${index + 1}`, kept: false });
        continue;
      }
      // Other lines are notes of the program itself: summaries, snapshots of files, hooks.
      if (!line || !message || typeof line.sessionId !== 'string') continue;
      const session = sessions.get(line.sessionId) ?? [];
      sessions.set(line.sessionId, session);
      const said = saidIn(line, message);
      const earlier = answered.get(`${line.sessionId} ${message.id}`);
      // One answer of the model is written block by block, each with the usage of the whole.
      if (earlier && typeof message.id === 'string') {
        const joined = { ...said, messages: joinedMessages(earlier, said) };
        session[session.indexOf(earlier)] = joined;
        answered.set(`${line.sessionId} ${message.id}`, joined);
      } else {
        session.push(said);
        if (typeof message.id === 'string') answered.set(`${line.sessionId} ${message.id}`, said);
      }
    }
    const spans = [...sessions].flatMap(([id, said]) =>
      spansOfConversation({ id: `claude-code ${id}`, agent: 'claude-code', said, attributes: { 'session.id': id } }),
    );
    return { spans, unread };
  },
};

function saidIn(line: JsonObject, message: JsonObject): Said {
  const used = objectOf(message.usage) ?? {};
  const input = tokens(used, 'input_tokens');
  const cacheRead = tokens(used, 'cache_read_input_tokens');
  const cacheWrite = tokens(used, 'cache_creation_input_tokens');
  return {
    messages: readMessages(message, line.type === 'assistant' ? 'assistant' : 'user'),
    at: unixNanoOf(line.timestamp),
    model: wordsIn(message.model),
    stopReason: wordsIn(message.stop_reason),
    usage: {
      input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
      output: tokens(used, 'output_tokens'),
      cacheRead,
      cacheWrite,
    },
  };
}

function joinedMessages(one: Said, other: Said): Said['messages'] {
  const parts = [...one.messages, ...other.messages].flatMap((message) => message.parts);
  return [{ role: one.messages[0]?.role ?? 'assistant', parts }];
}
