"""What other offices write for our words, beside those that loads understand anyway: proposals for a mapping.

A load takes none of them by itself, since an office may mean something else by them: a draft proposes them, and
somebody who knows the office reads the draft.
"""

from collections.abc import Mapping

from gis.loading.batch import Kind

_YES_OR_NO = {
    **dict.fromkeys(("有", "对", "真", "属实", "√", "v", "on", "已开启"), "1"),
    **dict.fromkeys(("无", "没有", "错", "假", "不属实", "×", "x", "off", "未开启"), "0"),
}
_STATES = {
    **dict.fromkeys(("待受理", "未受理", "待处理", "新建", "新上报", "登记", "已登记", "new"), "reported"),
    **dict.fromkeys(("立案", "已立案", "接收", "已接收"), "accepted"),
    **dict.fromkeys(("不受理", "不予立案", "作废", "已作废", "无效"), "refused"),
    **dict.fromkeys(
        ("派遣", "已派遣", "已派单", "派单", "转派", "已转派", "转办", "已转办", "交办", "已交办"), "handed_on"
    ),
    **dict.fromkeys(("已接单", "接单", "已认领"), "signed"),
    **dict.fromkeys(("退单", "已退单", "驳回", "已驳回", "回退"), "returned"),
    **dict.fromkeys(
        ("处理中", "处置中", "办理中", "在办", "正在处理", "正在办理", "进行中", "open", "in progress"), "handling"
    ),
    **dict.fromkeys(("挂起", "已挂起", "暂缓", "延期", "已延期"), "suspended"),
    **dict.fromkeys(("待核查", "已处理", "处理完成", "处置完成"), "fed_back"),
    **dict.fromkeys(("已核实", "待结案", "核实", "待办结"), "checked"),
    **dict.fromkeys(
        (
            "办完",
            "已办完",
            "完结",
            "已完结",
            "结案",
            "已结案",
            "已完成",
            "完成",
            "关闭",
            "已关闭",
            "归档",
            "已归档",
            "done",
        ),
        "closed",
    ),
    **dict.fromkeys(("已回访", "回访", "已评", "满意", "已评分"), "rated"),
}
_INCIDENT_KINDS = {
    **dict.fromkeys(("网格事件", "巡查上报", "主动发现", "网格上报"), "incident"),
    **dict.fromkeys(("诉求", "投诉", "求助", "咨询", "建议", "举报", "12345工单", "热线工单", "信访"), "request"),
    **dict.fromkeys(("警情分流", "非警情", "非警务警情", "110分流", "110转办"), "referral"),
}
_CAMERA_KINDS = {
    **dict.fromkeys(("固定枪机", "枪式", "固定", "筒机", "bullet", "box"), "fixed"),
    **dict.fromkeys(("云台", "快球", "高速球", "球型", "云台球机", "speed dome"), "ptz"),
    **dict.fromkeys(("半球机", "半球型", "全景", "鱼眼"), "dome"),
}
_CAMERA_STATUSES = {
    **dict.fromkeys(("正常", "运行", "在用", "启用", "完好"), "live"),
    **dict.fromkeys(("故障", "停用", "异常", "损坏", "掉线", "报废", "维修"), "dead"),
    **dict.fromkeys(("不详", "不明"), "unknown"),
}
_GRID_CLASSES = {
    **dict.fromkeys(("基础", "普通网格", "综合网格", "普通"), "basic"),
    **dict.fromkeys(("专属", "专业网格", "专项网格", "特殊网格"), "exclusive"),
}
_GATE_STATES = {
    **dict.fromkeys(("常开", "通行", "启用", "正常"), "open"),
    **dict.fromkeys(("常闭", "停用", "锁闭", "禁止通行"), "closed"),
}
PROPOSED: Mapping[Kind, Mapping[str, Mapping[str, str]]] = {
    Kind.INCIDENTS: {"state": _STATES, "kind": _INCIDENT_KINDS, "found_by_grid": _YES_OR_NO},
    Kind.CAMERAS: {"kind": _CAMERA_KINDS, "status": _CAMERA_STATUSES, "secrecy": _YES_OR_NO},
    Kind.GRIDS: {"class": _GRID_CLASSES},
    Kind.GATES: {"state": _GATE_STATES},
    Kind.ROLES: {"leads": _YES_OR_NO},
    Kind.BASEMAP: {"bridge": _YES_OR_NO},
}
"""By kind and column: a word in lower case, and ours."""
