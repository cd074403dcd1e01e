"""What offices call our columns: other names under which each one is found, by kind.

Names are compared without blanks, case, width, underscores and a remark in brackets, so ``安装高度 (米)`` is 安装高度.
A new kind gets the names of `SHARED` by itself; its own stand here as one more table, given to its `Columns` as
``aliases``. A name stands for one column of a kind only; 序号, the number of a row in a list, is never a reference.
"""

from collections.abc import Mapping

Aliases = Mapping[str, tuple[str, ...]]

SHARED: Aliases = {
    "lon": ("lng", "longitude", "经度", "东经", "经度坐标", "x坐标", "x"),
    "lat": ("latitude", "纬度", "北纬", "纬度坐标", "y坐标", "y"),
    "geometry": ("wkt", "geom", "the_geom", "空间数据", "图形"),
    "source": ("来源", "数据来源", "来源系统", "来源平台"),
    "source_ref": ("编号", "业务编号", "唯一编号", "唯一标识"),
    "name": ("名称",),
    "kind": ("类型", "类别", "种类"),
    "state": ("状态",),
    "code_scheme": ("编码规则", "编码方案"),
    "simulated": ("模拟数据", "是否模拟"),
}
"""For every kind; ``x`` and ``y`` count only where nothing else does (`WEAK`)."""

SHORT: Mapping[str, str] = {
    "code_scheme": "scheme",
    "parent_code": "parent",
    "azimuth_deg": "azimuth",
    "occurred_at": "occurred",
    "reported_at": "reported",
    "accepted_at": "accepted",
    "handed_on_at": "handed_on",
    "returned_at": "returned",
    "fed_back_at": "fed_back",
    "handling_unit": "unit",
    "reporter_ref": "reporter",
    "found_by_grid": "found_grid",
    "site_source": "site_src",
    "stand_in_ref": "stand_in",
}
"""Names in a Shapefile, which has room for ten characters; written by exports and understood by loads."""

WEAK = frozenset({"x", "y"})

AREAS: Aliases = {
    "code": ("区划代码", "行政区划代码", "区划编码", "区域编码", "区域代码", "机构编码", "编码", "代码"),
    "name": ("区划名称", "区域名称", "行政区划名称", "地名"),
    "level": ("层级", "级别", "区划级别", "行政级别"),
    "parent_code": ("上级编码", "上级代码", "上级区划代码", "父级编码", "所属区划代码"),
    "desk_name": ("综治中心", "综治中心名称", "值班室", "值班单位", "值班室名称"),
    "desk_phone": ("值班电话", "综治中心电话", "值班室电话"),
}
GRIDS: Aliases = {
    "code": ("网格编码", "网格编号", "网格代码", "网格号", "编码"),
    "name": ("网格名称", "网格名"),
    "area_code": (
        "所属社区", "所属社区编码", "所属村社区", "村社区编码", "社区编码", "所属区划代码", "社区代码",
        "所属村",
    ),
    "class": ("网格类型", "网格类别", "类型"),
    "households": ("户数", "家庭户数", "总户数"),
    "population": ("人口", "人口数", "总人口", "常住人口", "人数"),
}  # fmt: skip
WORKERS: Aliases = {
    "worker_ref": ("工号", "人员编号", "网格员编号", "员工编号"),
    "name": ("姓名", "网格员姓名", "人员姓名", "网格员"),
    "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式"),
    "grid_code": ("网格编码", "网格编号", "网格代码", "所属网格", "所属网格编码", "负责网格"),
    "role": ("角色", "岗位", "职务", "人员类别", "人员类型", "网格员类型"),
    "since": ("上岗日期", "上岗时间", "任职日期", "开始日期"),
    "until": ("离岗日期", "离岗时间", "结束日期"),
    "hours": ("班次", "值班时段", "工作时段"),
}
CAMERAS: Aliases = {
    "source_ref": ("设备编码", "设备编号", "点位编号", "点位编码", "摄像机编号"),
    "gb_id": ("国标编码", "国标id", "国标编号", "国标码", "gb28181编码", "gb编码"),
    "name": ("设备名称", "点位名称", "摄像机名称", "安装位置", "监控点名称"),
    "kind": ("设备类型", "摄像机类型", "相机类型"),
    "networks": ("所属网络", "接入网络", "所属平台", "接入平台"),
    "height_m": ("安装高度", "架设高度", "高度", "离地高度", "height"),
    "azimuth_deg": ("朝向", "方位角", "安装朝向", "监控方位", "方向"),
    "hfov_deg": ("水平视场角", "视场角", "水平视角"),
    "range_m": ("监控距离", "有效距离", "可视距离", "监视距离", "range"),
    "pixels_h": ("水平像素", "横向像素", "水平分辨率"),
    "status": ("设备状态", "在线状态", "状态", "运行状态"),
    "last_seen": ("最后在线时间", "最近在线时间", "最后上线时间"),
    "secrecy": ("保密属性", "是否涉密", "涉密"),
}
INCIDENTS: Aliases = {
    "source_ref": ("事件编号", "工单编号", "案件编号", "任务号", "事项编号", "诉求编号", "工单号"),
    "kind": ("事件类型", "来件类型"),
    "category": ("事件类别", "事项类别", "类别", "事件分类", "问题类型", "问题类别", "事项分类", "诉求类别"),
    "title": ("事件标题", "标题", "事件描述", "问题描述", "诉求内容", "简述"),
    "occurred_at": ("发生时间", "事发时间"),
    "reported_at": ("上报时间", "事件上报时间", "来电时间", "登记时间", "创建时间"),
    "accepted_at": ("受理时间", "立案时间"),
    "refused_at": ("不予受理时间",),
    "handed_on_at": ("分拨时间", "派遣时间", "转派时间", "派单时间"),
    "signed_at": ("签收时间",),
    "returned_at": ("退回时间",),
    "handled_at": ("处置时间", "处置完成时间", "处理时间", "处办时间"),
    "fed_back_at": ("反馈时间",),
    "checked_at": ("核查时间",),
    "closed_at": ("办结时间", "结案时间", "关闭时间", "办结日期"),
    "rated_at": ("评价时间",),
    "due_at": ("截止时间", "办理期限", "办结期限", "应办结时间", "到期时间", "处置截止时间"),
    "state": ("事件状态", "办理状态", "当前状态", "处理状态", "状态"),
    "returns": ("退回次数",),
    "handling_unit": ("处置单位", "主办单位", "承办单位", "处置部门"),
    "accuracy_m": ("定位精度", "精度", "位置精度"),
    "reporter_ref": ("上报人代号", "上报人编号"),
    "found_by_grid": ("网格发现", "是否网格发现", "是否网格上报", "是否自查"),
}
SITES: Aliases = {
    "source_ref": ("场所编号", "场所编码", "单位编号"),
    "kind": ("场所类型", "场所类别", "单位类型"),
    "name": ("场所名称", "单位名称", "学校名称", "医院名称", "小区名称"),
}
GATES: Aliases = {
    "source_ref": ("出入口编号", "门编号"),
    "site_source": ("场所来源",),
    "site_ref": ("场所编号", "所属场所编号", "所属场所", "小区编号"),
    "name": ("出入口名称", "门名称", "大门名称"),
    "state": ("开放状态", "启用状态"),
}
KEY_AREAS: Aliases = {
    "source_ref": ("重点地区编号", "区域编号"),
    "kind": ("重点地区类型", "区域类型"),
    "name": ("重点地区名称", "重点地区", "区域名称"),
}
ADDRESSES: Aliases = {
    "source_ref": ("地址编号", "地址编码", "标准地址编码"),
    "full_text": ("address", "地址", "详细地址", "地址全称", "标准地址", "门牌地址"),
    "street": ("街路巷", "街路巷名称", "道路", "道路名称", "路名"),
    "village": ("自然村", "自然村名称", "村名"),
    "group_no": ("村民小组", "组号"),
    "estate": ("小区", "小区名称", "楼盘", "建筑物名称"),
    "lane": ("巷号", "弄号"),
    "number": ("house_number", "门牌号", "门牌号码", "门牌"),
    "sub": ("附号",),
    "building": ("楼栋", "楼栋号", "幢号", "栋号", "楼号"),
    "unit": ("单元", "单元号"),
    "room": ("室号", "房号", "户室号"),
}


def spellings(column: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the other names of a column: a kind's own before those for every kind.

    Examples
    --------
    >>> spellings("name", WORKERS)[0], spellings("name", WORKERS)[-1]
    ('姓名', '名称')
    """
    short = (SHORT[column],) if column in SHORT else ()
    return tuple(dict.fromkeys((*own.get(column, ()), *SHARED.get(column, ()), *short)))
