/** Which model an id means, and who sells it. */
export interface SoldModel {
  /** The id that its maker gives it, as price lists have it. */
  readonly model: string;
  /** A cloud or vendor that the id names. */
  readonly seller?: string;
  /** True where a cloud sells it for one region, which costs more. */
  readonly regional?: true;
}

/** What ids of gateways and libraries begin with, and whose prices that means. The longest one that fits is taken off, again and again. */
const prefixes: Readonly<Record<string, string>> = {
  'openrouter/': 'openrouter',
  'bedrock/': 'aws',
  'amazon-bedrock/': 'aws',
  'bedrock/converse/': 'aws',
  'bedrock/invoke/': 'aws',
  'bedrock:': 'aws',
  'vertex_ai/': 'google',
  'vertex/': 'google',
  'google-vertex/': 'google',
  'vertex:': 'google',
  'anthropic/': 'anthropic',
  'anthropic:messages:': 'anthropic',
  'anthropic:': 'anthropic',
  'openai/': 'openai',
  'openai:chat:': 'openai',
  'openai:responses:': 'openai',
  'openai:': 'openai',
  'azure/': 'azure',
  'azure_ai/': 'azure',
  'azure:': 'azure',
  'google/': 'google',
  'google:': 'google',
  'google-gla:': 'google',
  'gemini/': 'google',
  'models/': 'google',
  'mistral/': 'mistral',
  'mistralai/': 'mistral',
  'mistral:': 'mistral',
  'deepseek/': 'deepseek',
  'groq/': 'groq',
  'groq:': 'groq',
  'xai/': 'x-ai',
  'x-ai/': 'x-ai',
  'cohere/': 'cohere',
  'cohere:': 'cohere',
  'together_ai/': 'together',
  'fireworks_ai/': 'fireworks',
  'cerebras/': 'cerebras',
  'perplexity/': 'perplexity',
};

/** Gateways that only pass on: who sells stands behind them. */
const passingOn = /^(?:litellm_proxy|litellm|vercel|helicone|portkey)\//;

const bedrockArn = /^arn:aws[\w-]*:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/([^/]+)$/;
const vertexPath = /^(?:projects\/[^/]+\/)?(?:locations\/([^/]+)\/)?publishers\/([^/]+)\/models\/([^/]+)$/;
const bedrockClaude = /^(?:([a-z]{2,6}(?:-gov)?)\.)?anthropic\.(claude[a-z0-9.-]+?)(?:-v\d+(?::\d+)?)?$/;
const awsRegion = /^[a-z]{2}(?:-gov|-iso\w?)?-[a-z]+-\d\//;

/** Endings of ids at a gateway that change how a call is made, and not its price. */
const sameprice = /:(?:beta|thinking|extended)$/;

/** Reads an id of the API itself, a cloud, a gateway or a library; undefined where it does not say which model it is. */
export function soldModel(id: string): SoldModel | undefined {
  let rest = id
    .trim()
    .toLowerCase()
    .replace(/\[1m\]$/, '');
  let seller: string | undefined;
  let regional = false;
  while (passingOn.test(rest)) rest = rest.replace(passingOn, '');
  const arn = bedrockArn.exec(rest);
  const path = vertexPath.exec(rest);
  if (arn) [seller, rest] = ['aws', arn[1] ?? ''];
  else if (path) {
    [seller, rest] = ['google', path[3] ?? ''];
    regional = path[1] !== undefined && path[1] !== 'global';
  } else {
    for (;;) {
      const begin = Object.keys(prefixes)
        .filter((prefix) => rest.startsWith(prefix))
        .sort((one, other) => other.length - one.length)[0];
      if (begin === undefined) break;
      rest = rest.slice(begin.length);
      // The first one is who is paid: openrouter/anthropic/… is an id of OpenRouter.
      seller ??= prefixes[begin];
      if (seller === 'openrouter') break;
    }
    if (seller === 'aws') rest = rest.replace(awsRegion, '');
  }
  const bedrock = bedrockClaude.exec(rest);
  if (bedrock) return { model: claudeName(bedrock[2] ?? ''), seller: 'aws', ...(bedrock[1] === 'global' ? {} : { regional: true }) };
  if (seller === 'openrouter') rest = rest.replace(sameprice, '');
  else if (seller === 'anthropic') rest = rest.replace(sameprice, '');
  const claude = /^(?:anthropic\/)?(claude[a-z0-9.-]*)(?:@(?:\d{8}|default|latest))?$/.exec(rest);
  if (claude) {
    const cloud = seller ?? (rest.includes('@') ? 'google' : 'anthropic');
    return { model: claudeName(claude[1] ?? ''), seller: cloud, ...(regional ? { regional: true } : {}) };
  }
  // Whoever a path of somebody else's names may sell at any price.
  if (rest === '' || /[^\w.:@/-]/.test(rest) || (seller === undefined && rest.includes('/'))) return undefined;
  return { model: rest, ...(seller === undefined ? {} : { seller }) };
}

/** `claude-sonnet-4.6-20260901`, `claude-sonnet-4-6-latest` and a gateway's `claude-4.6-sonnet` are `claude-sonnet-4-6`. */
function claudeName(name: string): string {
  return name
    .replace(/\./g, '-')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/-(?:\d{8}|latest)$/, '')
    .replace(/^claude-([4-9]|[4-9]-\d{1,2})-([a-z]+)$/, 'claude-$2-$1');
}

/**
 * True for models that cost a tenth more at a cloud's endpoint of one region: those of Anthropic since Claude Sonnet 4.5, by the clouds' price
 * lists.
 */
export function costsMoreInOneRegion(model: string): boolean {
  const [, major, minor] = /^claude-[a-z]+-(\d+)(?:-(\d{1,2}))?$/.exec(model) ?? [];
  return major !== undefined && Number(major) + Number(minor ?? 0) / 10 >= 4.5;
}
