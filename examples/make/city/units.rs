//! The units of the invented city 云岚市 and how well each one does.

/// How a unit takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Scored, graded, ranked.
    Ranked,
    /// Scored and graded outside the ranking.
    Separate,
    /// Listed only.
    Excluded,
}

impl Mode {
    /// The word of the roster.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ranked => "排名",
            Self::Separate => "单列",
            Self::Excluded => "不参评",
        }
    }
}

/// One unit of the roster.
pub(crate) struct Unit {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) short: &'static str,
    pub(crate) group: &'static str,
    pub(crate) mode: Mode,
    /// 0 does everything, 100 does nothing: drives the indicators.
    pub(crate) weakness: i64,
    /// The same for aspect A3 alone.
    pub(crate) brand_weakness: i64,
    /// How raters see it, 0-100.
    pub(crate) esteem: i64,
    /// Percent of the online answers that are 满意 and 不满意.
    pub(crate) online: (i64, i64),
    /// 综合考核末位, 业务考核等次, 书记述职等次.
    pub(crate) attributes: [&'static str; 3],
}

const G1: &str = "党群机关及人大政协机关";
const G2: &str = "政府综合管理部门";
const G3: &str = "执法与服务窗口部门";
const G4: &str = "垂直（双管）单位";
const G5: &str = "市属国企、院校、医院";

const fn unit(
    code: &'static str,
    [name, short]: [&'static str; 2],
    group: &'static str,
    weakness: i64,
    esteem: i64,
    online: (i64, i64),
) -> Unit {
    Unit {
        code,
        name,
        short,
        group,
        mode: Mode::Ranked,
        weakness,
        brand_weakness: weakness,
        esteem,
        online,
        attributes: ["否", "好", "好"],
    }
}

/// All units, in the order of the roster.
pub(crate) const UNITS: [Unit; 24] = [
    Unit {
        mode: Mode::Separate, ..unit("U01", ["云岚市人大常委会机关", "市人大机关"], G1, 16, 96, (78, 2))
    },
    unit("U02", ["云岚市委宣传部", "市委宣传部"], G1, 14, 92, (76, 2)),
    unit("U03", ["云岚市委统战部", "市委统战部"], G1, 13, 89, (72, 3)),
    Unit { brand_weakness: 28, ..unit("U04", ["云岚市总工会", "市总工会"], G1, 36, 81, (62, 5)) },
    unit("U05", ["云岚市妇女联合会", "市妇联"], G1, 48, 72, (52, 7)),
    unit("U06", ["云岚市发展和改革委员会", "市发改委"], G2, 15, 97, (80, 1)),
    unit("U07", ["云岚市财政局", "市财政局"], G2, 16, 90, (73, 3)),
    unit("U08", ["云岚市人力资源和社会保障局", "市人社局"], G2, 22, 94, (75, 3)),
    Unit { brand_weakness: 62, ..unit("U09", ["云岚市审计局", "市审计局"], G2, 8, 93, (77, 2)) },
    unit("U10", ["云岚市统计局", "市统计局"], G2, 38, 78, (60, 5)),
    unit("U11", ["云岚市科学技术局", "市科技局"], G2, 46, 72, (55, 6)),
    unit("U12", ["云岚市自然资源局", "市自然资源局"], G2, 57, 66, (41, 10)),
    unit("U13", ["云岚市市场监督管理局", "市市场监管局"], G3, 14, 92, (74, 3)),
    Unit { brand_weakness: 22, ..unit("U14", ["云岚市城市管理局", "市城管局"], G3, 34, 79, (56, 8)) },
    unit("U15", ["云岚市交通运输局", "市交通局"], G3, 8, 97, (58, 18)),
    unit("U16", ["云岚市行政审批服务局", "市审批局"], G3, 14, 93, (81, 1)),
    unit("U17", ["云岚市生态环境局", "市生态环境局"], G3, 58, 65, (48, 9)),
    unit("U18", ["国家税务总局云岚市税务局", "市税务局"], G4, 27, 86, (66, 4)),
    unit("U19", ["云岚市气象局", "市气象局"], G4, 30, 83, (65, 3)),
    unit("U20", ["云岚市邮政管理局", "市邮政局"], G4, 46, 70, (50, 5)),
    unit("U21", ["云岚市水务集团有限公司", "市水务集团"], G5, 18, 90, (70, 4)),
    Unit {
        attributes: ["否", "一般", "较好"], ..unit("U22", ["云岚职业技术学院", "云岚职院"], G5, 36, 80, (64, 4))
    },
    Unit {
        attributes: ["是", "好", "一般"], ..unit("U23", ["云岚市第一人民医院", "市一医院"], G5, 62, 61, (44, 11))
    },
    Unit {
        mode: Mode::Excluded,
        attributes: ["", "", ""],
        ..unit("U24", ["云岚市数据集团有限公司", "市数据集团"], G5, 0, 0, (0, 0))
    },
];

/// The units that are scored.
pub(crate) fn assessed() -> impl Iterator<Item = &'static Unit> {
    UNITS.iter().filter(|unit| unit.mode != Mode::Excluded)
}
