"""What each figure of incidents means, in both languages, with what is divided by what.

One list for API, page, command line and reference, so that a number is never shown without its meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Definition:
    """The meaning of one figure.

    Parameters
    ----------
    numerator, denominator
        Keys of the figures that a rate divides; None for a count.
    """

    zh: str
    en: str
    name_zh: str
    numerator: str | None = None
    denominator: str | None = None


DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        "reported": Definition("本期上报的事件", "Reported in the period", "上报"),
        "accepted": Definition(
            "本期受理的事件;未记受理时间而已进入办理的,按上报时间计",
            "Accepted in the period; where a handled incident's acceptance has no time, when it was reported",
            "受理",
        ),
        "refused": Definition(
            "本期不予受理的事件;未记时间的,按上报时间计",
            "Refused in the period; where the refusal has no time, when it was reported",
            "不予受理",
        ),
        "closed": Definition(
            "本期受理的事件中,至统计时刻已办结的", "Of those accepted in the period, closed by the moment", "办结"
        ),
        "closing_rate": Definition(
            "办结率=办结÷受理", "Closing rate: closed / accepted", "办结率", "closed", "accepted"
        ),
        "due": Definition(
            "应办结:本期受理、定有时限的事件中,至统计时刻已办结的,加上时限已到仍未办结的;"
            "未到期的未办结事件和未记办结时间的事件不计",
            "Due: of those accepted in the period with a due time, closed by the moment, or open although the due "
            "time has come; open ones with time left, and closings without a time, do not count",
            "应办结",
        ),
        "closed_in_time": Definition(
            "应办结事件中,在时限内(含时限当刻)办结的", "Of those due, closed by their due time", "按时办结"
        ),
        "in_time_rate": Definition(
            "按时办结率=按时办结÷应办结", "In-time rate: closed in time / due", "按时办结率", "closed_in_time", "due"
        ),
        "closed_late": Definition(
            "应办结事件中,超过时限才办结的", "Of those due, closed after their due time", "超期办结"
        ),
        "closed_in_period": Definition(
            "本期内办结的事件,不论何时受理", "Closed in the period, whenever accepted", "本期办结"
        ),
        "open": Definition(
            "期末(本期未完时为统计时刻)未办结的事件,不论何时上报",
            "Open at the end of the period, or at the moment when it is not over, whenever reported",
            "未办结",
        ),
        "overdue": Definition(
            "期末(本期未完时为统计时刻)时限已过仍未办结的事件;超期办结的另计",
            "Open past the due time at the end of the period, or at the moment; those closed late are a figure of "
            "their own",
            "超期未办结",
        ),
        "returned": Definition(
            "被退回过、最近一次退回在本期的事件", "Returned at least once, the last time in the period", "退回"
        ),
        "urged": Definition("催办(尚未采集)", "Urged (not collected)", "催办"),
        "found_by_grid": Definition(
            "本期上报的事件中,由网格自行发现的",
            "Of those reported in the period, found by the grid itself",
            "网格自行发现",
        ),
        "finder_known": Definition(
            "本期上报的事件中,发现来源已知的",
            "Of those reported in the period, those whose finder is told",
            "发现来源已知",
        ),
        "found_share": Definition(
            "网格自行发现率=网格自行发现÷发现来源已知",
            "Share found by the grid: found by the grid / finder known",
            "网格自行发现率",
            "found_by_grid",
            "finder_known",
        ),
    }
)
