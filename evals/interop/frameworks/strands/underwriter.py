"""The underwriter in Strands Agents, which traces itself; its client asks a scripted server."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import scripted_model as script
from strands import Agent, tool
from strands.models.model import Model
from strands.telemetry import StrandsTelemetry


@tool
def calc_dti(annual_income: float, total_debt: float) -> str:
    """Calculate debt-to-income ratio including the proposed loan.

    Args:
        annual_income: dollars a year
        total_debt: payments a year
    """
    return script.dti(annual_income, total_debt)


class ScriptedModel(Model):
    """Calls the tool, then believes it."""

    def update_config(self, **_):
        pass

    def get_config(self):
        return {"model_id": "scripted"}

    async def structured_output(self, *_, **__):
        raise NotImplementedError

    async def stream(self, messages, tool_specs=None, system_prompt=None, **_):
        results = [block["toolResult"]["content"][0]["text"] for message in messages for block in message["content"] if "toolResult" in block]
        yield {"messageStart": {"role": "assistant"}}
        if results:
            yield {"contentBlockStart": {"start": {}}}
            yield {"contentBlockDelta": {"delta": {"text": script.decision_after(results[-1])}}}
        else:
            yield {"contentBlockStart": {"start": {"toolUse": {"name": "calc_dti", "toolUseId": "call_1"}}}}
            yield {"contentBlockDelta": {"delta": {"toolUse": {"input": script.json.dumps(script.ARGUMENTS)}}}}
        yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "end_turn" if results else "tool_use"}}
        yield {"metadata": {"usage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}, "metrics": {"latencyMs": 1}}}


telemetry = StrandsTelemetry()
telemetry.setup_otlp_exporter()
underwriter = Agent(model=ScriptedModel(), tools=[calc_dti], system_prompt=script.INSTRUCTIONS, name="underwriter", callback_handler=None)
result = underwriter(script.QUESTION)
telemetry.tracer_provider.shutdown()
print(str(result).strip())
