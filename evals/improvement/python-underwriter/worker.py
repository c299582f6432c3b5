"""Reads an application a line and writes a decision a line; traces go where OTEL_EXPORTER_OTLP_ENDPOINT says."""

import json
import sys

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pydantic_ai import Agent

from underwriter import LoanApplication, underwriter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
Agent.instrument_all()

for line in sys.stdin:
    request = json.loads(line)
    application = LoanApplication(**request["input"])
    with trace.get_tracer("worker").start_as_current_span("application", context=extract({"traceparent": request["traceparent"]})):
        result = underwriter.run_sync(f"Evaluate this loan application for ${application.loan_amount:,.0f}", deps=application)
    provider.force_flush()
    print(json.dumps({"id": request["id"], "decision": result.output.model_dump()}), flush=True)
