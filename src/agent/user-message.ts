import type { ConversationMessage } from '../contracts/conversation.ts';
import type { UserContent } from './attachment.ts';

/** What the model is told of the input. */
export interface UserMessage<Input> {
  /** `import.meta.url` of the file that renders it: part of the fingerprint. */
  readonly source: string;
  /**
   * A text; texts with images and documents between them (`attachment`); or a conversation so far, which the model goes on with: it ends with what
   * the user says now.
   */
  render(input: Input): string | readonly UserContent[] | readonly ConversationMessage[];
}
