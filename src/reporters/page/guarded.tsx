import { Component, type ComponentChildren } from 'preact';

interface GuardedProps {
  /** What is shown, as a sentence names it: `the cause`. */
  readonly what: string;
  /** Where it can be read all the same, as a sentence. */
  readonly instead?: string;
  readonly children: ComponentChildren;
}

/** A part of the page that fails alone: what a report of another Docket or a strange value does to it leaves the rest readable, and is said. */
export class Guarded extends Component<GuardedProps, { readonly failed?: string }> {
  override state: { readonly failed?: string } = {};

  static override getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { failed } = this.state;
    const { instead = 'verdict.json has it; a page that the same Docket writes shows it.' } = this.props;
    if (failed === undefined) return this.props.children;
    return (
      <p class="note" role="alert">
        This page cannot show {this.props.what} ({failed}). {instead}
      </p>
    );
  }
}
