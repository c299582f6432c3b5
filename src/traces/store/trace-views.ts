/** The views that a query of the traces may read, for a person and for a model. */
export const traceViews = `  traces    trace_id, source, agent, root, started_at, duration_ms, spans, errors, bytes
  spans     trace_id, span_id, parent_span_id, name, scope, started_at, duration_ms, status, status_message, attributes, resource, events (JSON)
  scores    trace_id, name, pass, value, reason
  findings  trace_id, code
Times are milliseconds since 1970.`;
