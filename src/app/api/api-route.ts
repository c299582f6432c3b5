import type { z } from 'zod';
import type { AppProject } from '../app-project.ts';

/** What a route is given beside its question. */
export interface ApiContext {
  readonly project: AppProject;
  /** Whose name an answer of whoever asks gets; undefined where nothing may be answered. Never the page's to say. */
  readonly reviewer?: string | undefined;
  /** Why somebody without a name may not answer. */
  readonly whyNobody?: string | null;
  /** Aborts when whoever asked is gone, or the server ends. */
  readonly signal: AbortSignal;
}

/** What every route says of itself; the description of the API is made from it. */
interface RouteHead<Question extends z.ZodObject> {
  /** Names it in the description: `listRuns`. */
  readonly name: string;
  /** Below `/api/v1`, with `:id` for what is a part of it. */
  readonly path: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** Parts of the path, and for a reading route its query; for a writing one the fields of its JSON body. */
  readonly question: Question;
}

/** A question that is answered once. */
export interface AnswerRoute<Question extends z.ZodObject, Answer extends z.ZodType> extends RouteHead<Question> {
  readonly kind: 'answer';
  /** True when it changes anything: then it is a POST, and only a server that was started with --write takes it. */
  readonly isWriting?: boolean;
  readonly answer: Answer;
  /** @throws {ApiFault} for what the asker can mend; {DocketError} likewise */
  run(question: z.infer<Question>, context: ApiContext): z.infer<Answer> | JsonText | Promise<z.infer<Answer> | JsonText>;
}

/** A question that is answered by events until one side goes away. */
export interface EventRoute<Question extends z.ZodObject, Event extends z.ZodType> extends RouteHead<Question> {
  readonly kind: 'events';
  readonly event: Event;
  /** Sends events; ends when the signal aborts, or when there is nothing more to tell. */
  follow(question: z.infer<Question>, send: (event: z.infer<Event>) => void, context: ApiContext): Promise<void>;
}

/** A route of whatever question and answer, as the list of all has them. */
export type ApiRoute = AnswerRoute<z.ZodObject, z.ZodType> | EventRoute<z.ZodObject, z.ZodType>;

/** Gives a route its types. */
export function answerRoute<Question extends z.ZodObject, Answer extends z.ZodType>(
  route: Omit<AnswerRoute<Question, Answer>, 'kind'>,
): AnswerRoute<Question, Answer> {
  return { kind: 'answer', ...route };
}

/** Gives a route its types. */
export function eventRoute<Question extends z.ZodObject, Event extends z.ZodType>(
  route: Omit<EventRoute<Question, Event>, 'kind'>,
): EventRoute<Question, Event> {
  return { kind: 'events', ...route };
}

/** An answer that is JSON already: nobody here looks into it, and reading and writing it anew would cost more than all the rest. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
