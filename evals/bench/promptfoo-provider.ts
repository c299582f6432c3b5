import type { ApiProvider, CallApiContextParams, ProviderResponse } from 'promptfoo';
import { askModel } from './ask-model.ts';

/** The model as a plain promptfoo provider. */
export default class OneCallProvider implements ApiProvider {
  id(): string {
    return 'one-call';
  }

  async callApi(_prompt: string, context?: CallApiContextParams): Promise<ProviderResponse> {
    return { output: await askModel(Number(context?.vars.amount), (context?.repeatIndex ?? 0) + 1) };
  }
}
