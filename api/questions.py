"""The query of a route that is asked all the time, read by one pydantic model.

FastAPI finds out anew for each request and each parameter how it is to be read, which costs more than the answer to a
lookup. Here the model reads all of them at once; the OpenAPI document and the failures are the same as FastAPI's.
"""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends
from pydantic import BaseModel, ValidationError

from gis.errors import InvalidInput

Question = TypeVar("Question", bound=BaseModel)


class AsksFor(Depends):
    """A dependency that reads a request's query into a model: ``question: Annotated[Model, AsksFor(Model)]``.

    What is told of a parameter that the model does not know is the model's to say; one that is repeated is refused.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        async def read(request: Request) -> BaseModel:
            told = request.query_params
            asked = dict(told)
            if len(asked) < len(told.multi_items()):
                _refuse_the_repeated([name for name, _ in told.multi_items()])
            try:
                return model.model_validate(asked)
            except ValidationError as error:
                faults = error.errors(include_url=False, include_context=False)
                raise RequestValidationError(
                    [{**fault, "loc": ("query", *fault["loc"])} for fault in faults]
                ) from error

        super().__init__(dependency=read)


def _refuse_the_repeated(names: list[str]) -> None:
    twice = next(name for name in names if names.count(name) > 1)
    raise InvalidInput(
        "a parameter is told twice", where=f"query.{twice}", remedy="tell each parameter once", facts={"name": twice}
    )


def parameters_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return what a route with `AsksFor` adds to its OpenAPI operation, as ``openapi_extra``."""
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    parameters = []
    for name, shape in schema["properties"].items():
        told = {key: value for key, value in shape.items() if (key, value) != ("default", None)}
        parameter = {"name": name, "in": "query", "required": name in required, "schema": told}
        parameters.append(parameter | ({"description": told["description"]} if "description" in told else {}))
    return {"parameters": parameters}
