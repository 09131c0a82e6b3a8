"""The fake engine's classifier: it answers what the test says it should."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from engine.schemas import (
    Classification,
    ClassifierMethod,
    ClassifyRequest,
    MethodReport,
    Suggestion,
)
from tests.bot.fake_answers import json_answer, read_multipart

ANSWER = Classification(
    choices=[
        Suggestion(class_id="c0", name="cat", probability=0.83),
        Suggestion(class_id="c1", name="dog", probability=0.12),
    ],
    none_of_these=False,
    none_probability=0.05,
    report=MethodReport(
        method=ClassifierMethod.ZERO_SHOT, sentence="By the names alone; labels would help."
    ),
)


@dataclass
class FakeClassifier:
    """Answers every question alike.

    Attributes:
        answer: what it says.
        asked: the questions, in order.
        pictures: those that came with questions.
    """

    answer: Classification = ANSWER
    asked: list[ClassifyRequest] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """Below ``/v1/``, as the engine has them."""
        return [web.post("/v1/classify", self._classify)]

    async def _classify(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            self.asked.append(ClassifyRequest.model_validate(await request.json()))
        else:
            form, files = await read_multipart(request)
            self.asked.append(ClassifyRequest.model_validate_json(form["request"]))
            self.pictures += files
        return json_answer(self.answer)
