import type { Command } from 'commander';

const help = `
Examples
  eval "$(docket completion bash)"               in ~/.bashrc, with the package bash-completion
  docket completion zsh > ~/.zsh/_docket         in a folder of $fpath
  docket completion fish > ~/.config/fish/completions/docket.fish

Exit codes
  0 printed    2 unknown shell`;

/** `docket completion`, as it is listed and explained; what it prints is made in offer-completion.ts. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print the script by which a shell completes commands')
    .description('Prints the script by which a shell completes commands, options, and the names of cases and versions.')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', help);
}
