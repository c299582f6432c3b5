import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What of node-llama-cpp 3.21 is used here: it is no dependency, so its types are not there. */
interface Library {
  getLlama(options: object): Promise<Llama>;
  readonly LlamaCompletion: new (options: { contextSequence: Sequence }) => Completion;
}
interface Grammars {
  getGbnfGrammarForGbnfJsonSchema(schema: object, options: { allowNewLines: boolean }): string;
}
interface Llama {
  loadModel(options: { modelPath: string }): Promise<Model>;
  createGrammar(options: { grammar: string }): Promise<object>;
  dispose(): Promise<void>;
}
interface Model {
  tokenize(text: string, specialTokens: boolean): readonly number[];
  createContext(options: object): Promise<{ getSequence(): Sequence }>;
}
interface Sequence {
  readonly tokenMeter: { getState(): { readonly usedInputTokens: number; readonly usedOutputTokens: number } };
}
interface Completion {
  generateCompletionWithMeta(tokens: readonly number[], options: object): Promise<{ response: string; metadata: { stopReason: string } }>;
}

/** Where one answer at a time is written; what it read last is read again at no cost. */
interface Place {
  readonly completion: Completion;
  readonly sequence: Sequence;
}

/** What was written, and what it took. */
export interface Written {
  readonly text: string;
  /** False where it ran into the limit. */
  readonly whole: boolean;
  readonly readTokens: number;
  /** Of the prompt, and still known from an earlier one. */
  readonly cachedTokens: number;
  readonly writtenTokens: number;
}

/** Tokens that the model is held ready for, prompt and answer together. */
export const contextTokens = 4096;

/** Answers at once, each on a thread of its own: threads that share an answer wait for one another, and on a busy machine that is most of the time. */
const answersAtOnce = 2;

/** By the library's grammar a text of JSON ends in these, which cost more than the JSON. */
const ending = ' "\\n\\n\\n\\n" [\\n]*';

/** As the API's models sample when nothing is asked for; too warm to be certain, too cold to ramble. */
const temperature = 0.7;

/** A language model that runs in this process, on its processor. It samples, and so it answers differently each time. */
export class LanguageModel {
  readonly #llama: Llama;
  readonly #model: Model;
  readonly #grammarOf: (schema: object) => string;
  readonly #free: Place[];
  readonly #waiting: (() => void)[] = [];
  readonly #grammars = new Map<string, Promise<object>>();

  private constructor(llama: Llama, model: Model, grammarOf: (schema: object) => string, free: readonly Place[]) {
    this.#llama = llama;
    this.#model = model;
    this.#grammarOf = grammarOf;
    this.#free = [...free];
  }

  static async load(library: string, weights: string): Promise<LanguageModel> {
    const { getLlama, LlamaCompletion } = (await import(pathToFileURL(library).href)) as Library;
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: weights });
    const { getGbnfGrammarForGbnfJsonSchema: grammarOf } = (await import(
      pathToFileURL(join(dirname(library), 'utils/gbnfJson/getGbnfGrammarForGbnfJsonSchema.js')).href
    )) as Grammars;
    const places = Array.from({ length: answersAtOnce }, async () => {
      const sequence = (await model.createContext({ contextSize: contextTokens, threads: 1 })).getSequence();
      return { sequence, completion: new LlamaCompletion({ contextSequence: sequence }) };
    });
    return new LanguageModel(
      llama,
      model,
      (schema) => grammarOf(schema, { allowNewLines: false }).replace(ending, ''),
      await Promise.all(places),
    );
  }

  /** How many tokens a text is, with the marks of a conversation as one each. */
  count(text: string): number {
    return this.#model.tokenize(text, true).length;
  }

  /** Goes on from a text in JSON of a schema. */
  async write(text: string, schema: object, maxTokens: number): Promise<Written> {
    const tokens = this.#model.tokenize(text, true);
    const grammar = await this.#grammar(schema);
    const place = await this.#place();
    try {
      const before = place.sequence.tokenMeter.getState();
      const seed = Math.floor(Math.random() * 2 ** 31);
      const { response, metadata } = await place.completion.generateCompletionWithMeta(tokens, { grammar, temperature, seed, maxTokens });
      const after = place.sequence.tokenMeter.getState();
      const readTokens = after.usedInputTokens - before.usedInputTokens;
      return {
        text: response,
        whole: metadata.stopReason !== 'maxTokens',
        readTokens,
        cachedTokens: Math.max(0, tokens.length - readTokens),
        writtenTokens: after.usedOutputTokens - before.usedOutputTokens,
      };
    } finally {
      this.#free.push(place);
      this.#waiting.shift()?.();
    }
  }

  end(): Promise<void> {
    return this.#llama.dispose();
  }

  #grammar(schema: object): Promise<object> {
    const key = JSON.stringify(schema);
    const made = this.#grammars.get(key) ?? this.#llama.createGrammar({ grammar: this.#grammarOf(schema) });
    this.#grammars.set(key, made);
    return made;
  }

  async #place(): Promise<Place> {
    for (;;) {
      const place = this.#free.shift();
      if (place) return place;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
