import type { ModelMode } from '../../contracts/model-mode.ts';
import type { CostEstimate } from '../../flows/estimate-cost.ts';
import { cost as costOf, count, counted } from '../../text/figures.ts';
import { drawOver } from '../terminal/draw-over.ts';
import type { CommandContext } from './command-context.ts';
import { costText } from './cost-text.ts';

/** Says what runs will cost, and counts them as they end. */
export function drawnCount({ terminal: { note } }: CommandContext, mode: ModelMode) {
  let wanted = 0;
  let done = 0;
  const draw = () => drawOver(note, `${count(done)}/${count(wanted)} trials`);
  return {
    start(trials: number, cost: CostEstimate | undefined) {
      wanted = trials;
      if (cost && mode === 'live') note.line(note.style('yellow', `live model: ${costText(cost)}.`));
      // Nobody pays; what the first live count would cost is better known before it is asked for.
      else if (cost && mode === 'simulated' && cost.trials > 0 && cost.dollars)
        note.line(`${counted(cost.trials, 'trial')} to run, about ${costOf(cost.dollars, mode)} ${cost.basis}.`);
      if (!note.live) note.line(`${counted(trials, 'trial')} needed; stored ones are reused`);
      draw();
    },
    step() {
      done += 1;
      draw();
    },
    end() {
      drawOver(note);
    },
  };
}
