/**
 * The folder in which this process was started: paths of the command line are relative to it, and those on the screen are shortened by it. The gate leaves it
 * while main's docket judges.
 */
export const startedIn: string = process.cwd();
