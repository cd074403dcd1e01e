"""The query of a route that is asked all the time, read by one pydantic model.

FastAPI finds out anew for each request and each parameter how it is to be read, which costs more than the answer to a
lookup. Here the model reads all of them at once; the OpenAPI document and the failures are the same as FastAPI's.
"""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends
from pydantic import BaseModel, ValidationError

Question = TypeVar("Question", bound=BaseModel)


class AsksFor(Depends):
    """A dependency that reads a request's query into a model: ``question: Annotated[Model, AsksFor(Model)]``.

    Parameters that the model does not know are ignored, and of one that is repeated the last counts, as FastAPI does.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        async def read(request: Request) -> BaseModel:
            try:
                return model.model_validate(dict(request.query_params))
            except ValidationError as error:
                faults = error.errors(include_url=False, include_context=False)
                raise RequestValidationError(
                    [{**fault, "loc": ("query", *fault["loc"])} for fault in faults]
                ) from error

        super().__init__(dependency=read)


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
