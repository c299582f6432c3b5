import { countAnswered, modelsOf, remarkOn } from '../../contracts/answered-by.ts';
import type { Notice } from '../../contracts/notice.ts';
import { endpointOf, isVendors } from '../../model/credentials.ts';
import { percent } from '../../text/figures.ts';
import { ModelCallsSeen, suiteDoubts, unseenModel } from '../judging/suite-doubts.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/** What the cleanest case of the candidate still allows. */
export function boundNotice(ledgers: readonly CaseLedger[]): Notice | undefined {
  const clean = ledgers.map(({ runs }) => runs.candidate).filter((runs) => runs.length > 0 && runs.every(({ reported }) => reported.pass));
  const longest = Math.max(0, ...clean.map((runs) => runs.length));
  if (longest === 0) return undefined;
  // Exact one-sided bound of Clopper and Pearson: the rate f with (1 - f)^n = 5 %.
  const failureRate = 1 - 0.05 ** (1 / longest);
  return {
    kind: 'bound',
    message: `After ${longest === 1 ? 'one pass' : `${longest} passes`} in a row, the failure rate of a case may still be as high as ${percent(failureRate)} (95 % confidence).`,
  };
}

/** Why a pass says less than it seems to. */
export function suiteNotices({ mainConfig, suite, candidate }: GateContext, ledgers: readonly CaseLedger[]): Notice[] {
  const { agent } = mainConfig;
  const transcripts = ledgers.flatMap(({ runs }) => runs.candidate.map(({ trial }) => trial.transcript));
  return [
    ...suiteDoubts(agent, suite.cases).map((message): Notice => ({ kind: 'weak-suite', message })),
    ...unseenModel(agent, candidate.identity.name, new ModelCallsSeen(transcripts)).map(
      (message): Notice => ({ kind: 'no-model-call', message }),
    ),
  ];
}

/** Judges that were asked and decide nothing. */
export function judgeNotices(advisory: ReadonlyMap<string, string>): Notice[] {
  return [...advisory].map(([judge, why]) => ({ kind: 'advisory-judge', message: `The judge "${judge}" only informs: ${why}.` }));
}

/** Where live calls went when not to the vendor, and under which name the model answered when not under that which was asked. */
export function answerNotices({ mode, environment, candidate, main }: GateContext, ledgers: readonly CaseLedger[]): Notice[] {
  if (mode !== 'live') return [];
  const endpoint = endpointOf(environment);
  const sides = [
    ['candidate', candidate, ledgers.flatMap(({ runs }) => runs.candidate)],
    ['main', main, ledgers.flatMap(({ runs, stored }) => [...stored.judged, ...runs.baseline])],
  ] as const;
  const remarks = sides.flatMap(([side, { version }, runs]): Notice[] => {
    const remark = remarkOn(version.model, countAnswered(runs.map(({ trial }) => modelsOf(trial.transcript))));
    return remark ? [{ kind: 'answered-by', message: `${side}: ${remark.text}.` }] : [];
  });
  if (isVendors(endpoint)) return remarks;
  return [{ kind: 'endpoint', message: `Live calls go to ${endpoint}, which is not the vendor's own server.` }, ...remarks];
}
