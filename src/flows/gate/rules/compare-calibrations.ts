import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckoutFile, repositoryAround } from '../../../contracts/checkout-file.ts';
import { type JsonObject, jsonObjectSchema } from '../../../contracts/json.ts';
import { leafDifferences } from './leaf-differences.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';

/** What the pull request writes into `reports/judges`: which judges may decide. This verdict rests on main's files; the proposed ones decide afterwards. */
export function compareCalibrations(main: string, candidate: string): RuleRow[] {
  const [before, after] = [calibrationsIn(main), calibrationsIn(candidate)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file) => {
    const place = { what: 'scorer', where: `reports/judges/${file}`, weighs: true } as const;
    const [was, is] = [before.get(file), after.get(file)];
    if (!was || !is)
      return [
        ruleRow({ ...place, field: was ? 'removed' : 'added' }, summaryOf(was), summaryOf(is), { field: '', before: was, after: is }),
      ];
    return leafDifferences(was, is).map((each) => ruleRow({ ...place, field: each.path.join('.') }, each.before, each.after));
  });
}

function summaryOf(calibration: JsonObject | undefined): string | undefined {
  return calibration && `calibration of ${String(calibration.judge)}`;
}

function calibrationsIn(root: string): Map<string, JsonObject> {
  const folder = join(root, 'reports', 'judges');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  return new Map(
    files.map((file) => {
      const read = readCheckoutFile(join(folder, file), repositoryAround(root));
      return [file, 'fault' in read ? { fault: read.fault } : objectIn(read.text)];
    }),
  );
}

function objectIn(text: string): JsonObject {
  try {
    return jsonObjectSchema.parse(JSON.parse(text));
  } catch {
    return { text };
  }
}
