"""Codes in a file, held against the scheme that is declared for them."""

from collections.abc import Sequence

from gis.codes import CodeScheme, checked_code
from gis.errors import InvalidCode
from gis.loading.checked import CheckedRows
from gis.loading.raw import TextArray

_SCHEMES = {str(scheme): str(scheme) for scheme in CodeScheme}


def coded(rows: CheckedRows) -> tuple[TextArray, TextArray]:
    """Return (n,) codes and (n,) schemes, by default "free"; rows that break theirs are turned away."""
    schemes = rows.choice("code_scheme", words=_SCHEMES, default=str(CodeScheme.FREE))
    codes = rows.text("code", needed=True)
    follow(rows, "code", codes, schemes=[CodeScheme(scheme or CodeScheme.FREE) for scheme in schemes.tolist()])
    return codes, schemes


def follow(rows: CheckedRows, column: str, codes: TextArray, *, schemes: Sequence[CodeScheme]) -> None:
    """Turn away the rows whose code, where there is one, breaks its scheme."""
    for position, (code, scheme) in enumerate(zip(codes.tolist(), schemes, strict=True)):
        if code is not None:
            try:
                checked_code(code, scheme=scheme)
            except InvalidCode as error:
                rows.reject([position], column, f"{error.what}; {error.remedy}")
