"""The underwriter in Google's Agent Development Kit, which traces itself; its model follows a script."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script
from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)


def calc_dti(annual_income: float, total_debt: float) -> dict:
    """Calculate debt-to-income ratio including the proposed loan."""
    return {"result": script.dti(annual_income, total_debt)}


class ScriptedModel(BaseLlm):
    """Calls the tool, then believes it."""

    async def generate_content_async(self, llm_request, stream=False):
        results = [part.function_response.response for content in llm_request.contents for part in content.parts if part.function_response]
        if results:
            part = types.Part(text=script.decision_after(str(results[-1])))
        else:
            part = types.Part(function_call=types.FunctionCall(id="call_1", name="calc_dti", args=script.ARGUMENTS))
        usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=100, candidates_token_count=20, total_token_count=120)
        yield LlmResponse(content=types.Content(role="model", parts=[part]), usage_metadata=usage)


async def main() -> None:
    agent = LlmAgent(name="underwriter", model=ScriptedModel(model="scripted"), instruction=script.INSTRUCTIONS, tools=[calc_dti])
    runner = InMemoryRunner(agent=agent, app_name="loans")
    session = await runner.session_service.create_session(app_name="loans", user_id="somebody", session_id="session-1")
    said = types.Content(role="user", parts=[types.Part(text=script.QUESTION)])
    answer = ""
    async for event in runner.run_async(user_id="somebody", session_id=session.id, new_message=said):
        if event.is_final_response():
            answer = event.content.parts[0].text
    provider.shutdown()
    print(answer)


asyncio.run(main())
