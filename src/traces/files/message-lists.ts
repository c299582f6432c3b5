import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { genAiEvaluation } from '../../contracts/telemetry.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { readMessages, roleNamed } from '../dialects/read-messages.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import { spansOfConversation } from './conversation.ts';
import type { FileFormat } from './file-format.ts';
import { wordsIn } from './span-of.ts';

/** Runs as their messages, one a record, as tau-bench and chat data sets have them: `{task_id, trial, reward, traj}`, `{messages}`. */
export const messageLists: FileFormat = {
  title: 'lists of messages',
  recognises: (first) => messagesIn(first) !== undefined,
  named(record, agent) {
    const found = objectOf(record);
    return found && !wordsIn(found.agent) && !wordsIn(found.agent_name) ? { ...found, agent } : record;
  },
  read: (records): SpanPage =>
    readRecords(records, (record) => {
      const messages = messagesIn(record);
      if (!messages) return { lost: ['the record holds no list of messages'] };
      const spans = spansOfConversation({
        // The same run is the same trace, wherever it stands in a file.
        id: `messages ${canonicalJson(record)}`,
        agent: wordsIn(record.agent) ?? wordsIn(record.agent_name) ?? null,
        said: messages.map((message) => ({ messages: readMessages([message], 'user'), at: null })),
        attributes: told(record),
        events: rewardIn(record),
      });
      return { spans, lost: ['the messages have no times'] };
    }),
};

function messagesIn(record: JsonObject): JsonValue[] | undefined {
  const list = [record.traj, record.messages, record.trajectory, record.conversation].find((each) => Array.isArray(each));
  const isMessages = Array.isArray(list) && list.length > 0 && list.every((each) => roleNamed(objectOf(each)?.role) !== undefined);
  return isMessages ? list : undefined;
}

/** What stands beside the messages, which task it was above all. */
function told(record: JsonObject): JsonObject {
  const others = Object.entries(record).filter(
    ([name, value]) => !['traj', 'messages', 'trajectory', 'conversation'].includes(name) && value !== null,
  );
  return Object.fromEntries(others.map(([name, value]) => [`record.${name}`, typeof value === 'object' ? JSON.stringify(value) : value]));
}

/** A reward is somebody's score of the run. */
function rewardIn(record: JsonObject): RawSpan['events'] {
  return ['reward', 'score'].flatMap((name) => {
    const value = record[name];
    const attributes = { [genAiEvaluation.name]: name, [genAiEvaluation.value]: value ?? null };
    return typeof value === 'number' ? [{ name: genAiEvaluation.event, timeUnixNano: null, attributes }] : [];
  });
}
