/** What a warning says that a caller may know already: `unasked-mode`, who answers when nobody chose. */
export type WarningKind = 'unasked-mode';

/** Tells a person what to know before anything runs. */
export type Warn = (message: string, kind?: WarningKind) => void;
