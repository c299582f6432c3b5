import type { Find } from '../../contracts/exploration.ts';
import type { MadeInput } from './1-make-inputs.ts';
import { type KnownFault, showing } from './2-hunt.ts';
import { courseName, courseOf, divergenceFrom } from './course.ts';
import type { Pairs, TwinPlace } from './pairs.ts';
import type { TriedInputs, TriedTrial } from './tried-inputs.ts';

/** Faults that are one find: of one name where the run leaves the usual course at one place, or of one relation. */
export interface FaultKind {
  readonly name: string;
  /** An input on which it was seen to repeat. */
  readonly first: MadeInput;
  /** Inputs on which it was seen. */
  seenOn(): MadeInput[];
  /** Trials on an input, and those of them that show it. */
  countsOn(made: MadeInput): { readonly trials: number; readonly failures: number };
  /** How many other faults the input shows. */
  othersOn(made: MadeInput): number;
  /** One more trial; false where there is none. */
  again(made: MadeInput): Promise<boolean>;
  findOn(made: MadeInput): Omit<Find, 'smallest'>;
}

/** What is one find of all that was found. */
export function faultKinds(known: Iterable<KnownFault>, tried: TriedInputs, pairs: Pairs): FaultKind[] {
  const all = tried.all();
  const groups = new Map<string, { readonly fault: string; readonly divergence: string; readonly faults: KnownFault[] }>();
  const kinds: FaultKind[] = [];
  for (const each of known) {
    if (each.place) {
      kinds.push(brokenRelation(each, each.place, tried, pairs));
      continue;
    }
    const { name } = each.fault;
    const failing = showing(all, name).find(({ trial }) => courseName(courseOf(trial)) === each.course);
    if (!failing) continue;
    const without = all.filter((trial) => showing([trial], name).length === 0);
    const others = (without.length > 0 ? without : all).map(({ trial }) => courseOf(trial));
    const divergence = divergenceFrom(courseOf(failing.trial), others);
    const group = groups.get(`${name}: ${divergence}`) ?? { fault: name, divergence, faults: [] };
    group.faults.push(each);
    groups.set(`${name}: ${divergence}`, group);
  }
  return [...[...groups.values()].map(({ fault, divergence, faults }) => faultOfRuns(fault, divergence, faults, tried)), ...kinds];
}

function faultOfRuns(fault: string, divergence: string, faults: readonly KnownFault[], tried: TriedInputs): FaultKind {
  const courses = new Set(faults.map(({ course }) => course));
  const [first] = faults as [KnownFault];
  const failing = (trials: readonly TriedTrial[]) => showing(trials, fault).filter(({ trial }) => courses.has(courseName(courseOf(trial))));
  const messages = (trials: readonly TriedTrial[]) =>
    failing(trials).flatMap(({ faults: all }) => all.flatMap(({ name, message }) => (name === fault ? [message] : [])));
  return {
    name: `${fault}: ${divergence}`,
    first: first.made,
    seenOn: () => differentInputs(failing(tried.all())),
    countsOn: (made) => ({ trials: tried.of(made).length, failures: failing(tried.of(made)).length }),
    othersOn: (made) => new Set(tried.of(made).flatMap(({ faults: all }) => all.map(({ name }) => name))).size,
    again: async (made) => (await tried.run([made])).length > 0,
    findOn(made) {
      const here = failing(tried.of(made));
      const [outcome] = here.map(({ trial }) => trial.outcome);
      const seen = [...new Set(messages(here))];
      const shapes = new Set(seen.map(shapeOf));
      const elsewhere = new Map(messages(tried.all()).map((message) => [shapeOf(message), message] as const));
      return {
        fault,
        saidBy: [...new Set(here.flatMap(({ faults: all }) => all.flatMap(({ name, saidBy }) => (name === fault ? [saidBy] : []))))].join(
          ', ',
        ),
        divergence,
        input: made.input,
        ...(made.expected ? { expected: made.expected } : {}),
        ...(outcome?.kind === 'decided' ? { decision: outcome.decision } : {}),
        seen: seen.slice(0, 3),
        elsewhere: [...elsewhere].flatMap(([shape, message]) => (shapes.has(shape) ? [] : [message])).slice(0, mostElsewhere),
        trials: tried.of(made).length,
        failures: here.length,
        foundAfter: Math.min(...faults.map(({ foundAfter }) => foundAfter)),
        inputs: differentInputs(failing(tried.all())).length,
      };
    },
  };
}

function brokenRelation({ fault, made: first, foundAfter }: KnownFault, place: TwinPlace, tried: TriedInputs, pairs: Pairs): FaultKind {
  const broken = (made: MadeInput) => pairs.of(made, place).filter(({ findings }) => findings.length > 0);
  const seenOn = () => differentInputs(tried.all()).filter((made) => broken(made).length > 0);
  return {
    name: place.relation.name,
    first,
    seenOn,
    countsOn: (made) => ({ trials: pairs.of(made, place).length, failures: broken(made).length }),
    othersOn: (made) => tried.of(made).flatMap(({ faults }) => faults).length,
    again: (made) => pairs.again(made, place),
    findOn(made) {
      const pairsHere = broken(made);
      const twin = pairs.twinOf(made, place);
      const [outcome] = pairsHere.map((pair) => pair.twin.trial.outcome);
      return {
        fault: fault.name,
        saidBy: place.relation.name,
        divergence: 'the decision on its twin',
        input: made.input,
        ...(twin ? { twin: twin.input } : {}),
        ...(made.expected ? { expected: made.expected } : {}),
        ...(outcome?.kind === 'decided' ? { decision: outcome.decision } : {}),
        seen: [...new Set(pairsHere.flatMap(({ findings }) => findings.map(({ message }) => message)))].slice(0, 3),
        elsewhere: [],
        trials: pairs.of(made, place).length,
        failures: pairsHere.length,
        foundAfter,
        inputs: seenOn().length,
      };
    },
  };
}

/** Most other ways in which a fault shows that are told. */
const mostElsewhere = 5;

function differentInputs(trials: readonly TriedTrial[]): MadeInput[] {
  return [...new Map(trials.map(({ made }) => [made.fingerprint, made])).values()];
}

/** A message without its figures and quotations: another shape is another way in which the fault shows. */
function shapeOf(message: string): string {
  return message.replaceAll(/"[^"]*"/g, '"…"').replaceAll(/[\d.,]*\d/g, '#');
}
