import { DocketError } from '../../../contracts/docket-error.ts';
import type { VendorDestination } from '../destination.ts';

/** Braintrust: the header x-bt-parent names the project. https://www.braintrust.dev/docs/integrations/sdk-integrations/opentelemetry */
export const braintrustDestination: VendorDestination = {
  renamed: {},
  target(settings) {
    const key = settings.key('Braintrust', 'BRAINTRUST_API_KEY');
    const project = settings.project ?? settings.value('BRAINTRUST_PROJECT');
    if (project === undefined || !/^[\x20-\x7e]+$/.test(project)) {
      throw new DocketError(
        `Braintrust needs the project: ${project === undefined ? 'give --project with its name, or set BRAINTRUST_PROJECT, here or in .env' : 'its name must be ASCII, because it goes into a header'}.`,
      );
    }
    return {
      baseUrl: settings.baseUrl('https://api.braintrust.dev', 'BRAINTRUST_API_URL'),
      path: '/otel/v1/traces',
      project,
      headers: { authorization: `Bearer ${key}`, 'x-bt-parent': `project_name:${project}` },
      secrets: [key],
    };
  },
};
