//! Self-reports and 核定表 with faults in their cells.

use std::path::Path;

use anyhow::Result;

use crate::grid::{self, Encoding, Grid};

/// The header of every report: columns A to I.
const HEADER: &str = "指标代码 | 三级指标 | 分值 | 完成值 | 自评得分 | 佐证 | 核定值 | 核定得分 | 核定说明";

/// A report: the head lines of the unit, the header in row 3, then the rows.
fn report(name: &str, unit: &str, rows: &str) -> Grid {
    Grid::written(name, &format!("2025年度机关党建考核自评表\n{unit}\n{HEADER}\n{rows}"))
}

/// Rows without any fault.
const CLEAN: &str = "1.1 | 第一议题学习 | 20 | 0 | 20 | 记录 | 0 | _ | _
    1.2 | 干部培训率 | 20 | %90 | 18 | 名册 | %90 | _ | _
    2.1 | 党建业务融合 | 20 | A | 20 | 案例 | A | _ | _
    2.2 | 结对共建次数 | 10 | 4 | 10 | 记录 | 4 | _ | _
    3.1 | 党建课题成果 | 10 | 市级1；省级1 | 3 | 证书 | 市级1；省级1 | _ | _
    3.2 | 一单位一品牌 | 20 | 已成型 | 20 | 材料 | _ | 20 | _";

/// Writes `self-reports/` and `verified/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    let folder = dir.join("self-reports");
    let save = |name: &str, sheets: &[Grid]| grid::save(&folder.join(name), sheets);
    save("市财政局自评表.xlsx", &[values()])?;
    save("市审计局自评表.xlsx", &[points()])?;
    save("市统计局自评表.xlsx", &[rows(), hidden()])?;
    // Two different submissions of one unit.
    save("市教育局自评表.xlsx", &[report("自评表", "单位代码 | U04", CLEAN)])?;
    let changed = CLEAN.replace("名册 | %90", "名册 | %95").replace("案例 | A", "案例 | B");
    save("市教育局自评表(最终版).xlsx", &[report("自评表", "单位代码 | U04", &changed)])?;
    // The code of one unit, the name of another.
    save("市卫健委自评表.xlsx", &[report("自评表", "单位代码 | U05 | 单位 | 云岚市医疗保障局", CLEAN)])?;
    // A name that no unit has.
    save("财政局机关党委.xlsx", &[report("自评表", "单位 | 云岚市财政局机关党委", CLEAN)])?;
    // No name at all.
    save("没写单位.xlsx", &[report("自评表", "2026年1月8日", CLEAN)])?;
    // Two columns of one meaning.
    let twice = Grid::written("自评表", "单位代码 | U06\n指标代码 | 完成值 | 自评得分 | 自评分\n1.1 | 0 | 20 | 18");
    save("两列自评分.xlsx", &[twice])?;
    // A unit that is only listed.
    save("市数据集团自评表.xlsx", &[report("自评表", "单位代码 | U07", CLEAN)])?;
    verified(dir)
}

/// Values that are no numbers, or not in the way the indicator asks for.
fn values() -> Grid {
    report(
        "自评表",
        "单位代码 | U01 | 单位 | 云岚市财政局",
        "1.1 | 第一议题学习 | 20 | 8-10 | 20 | 记录 | 0 | _ | _
         1.2 | 干部培训率 | 20 | %95 | 19 | 名册 | 0.95 | _ | _
         2.1 | 党建业务融合 | 20 | A | 20 | 案例 | 优 | _ | _
         2.2 | 结对共建次数 | 10 | 3 | 7.5 | 记录 | @2025-8-10 | _ | _
         3.1 | 党建课题成果 | 10 | 市级1；省级1 | 3 | 证书 | #REF! | _ | _
         3.2 | 一单位一品牌 | 20 | 已成型 | 20 | 材料 | _ | 25 | _",
    )
}

/// Scores that cannot be, or contradict each other.
fn points() -> Grid {
    report(
        "自评表",
        "单位代码 | U02 | 单位 | 云岚市审计局",
        "1.1 | 第一议题学习 | 20 | 1 | 九十五 | 记录 | 1 | _ | _
         1.2 | 干部培训率 | 20 | %90 | '95% | 名册 | %90 | _ | _
         2.1 | 党建业务融合 | 20 | B | 20 | 案例 | = | _ | _
         2.2 | 结对共建次数 | 10 | 3 | 7.5 | 记录 | 3 | 9 | _
         3.1 | 党建课题成果 | 10 | 省级3 | 6 | 证书 | 国家级1 | _ | _
         3.2 | 一单位一品牌 | 20 | 已成型 | 18 | 材料 | _ | 18 | 尚可",
    )
}

/// Rows in disorder: code and name of two indicators, one twice, one missing, a merged score, a hidden row, a stray value.
fn rows() -> Grid {
    let head = "2025年度机关党建考核自评表\n单位代码 | U03 | 单位 | 云岚市统计局";
    let rows = "1.1 | 干部培训率 | 20 | 0 | 20 | 记录 | 0 | _ | _
         1.2 | 干部培训率 | 20 | %90 | 18 | 名册 | %90 | _ | _
         1.2 | 干部培训率 | 20 | %95 | 19 | 名册 | %95 | _ | _
         2.2 | 结对共建次数 | 10 | 4 | 10 | 记录 | 4 | _ | _ | 电话核实
         3.1 | 党建课题成果 | 10 | 市级２ | 10 | 证书 | 市级2 | _ | _
         3.2 | 一单位一品牌 | 20 | 已成型 | 无 | 材料 | _ | 14 | _
         9.9 | 上年指标 | 5 | 1 | 5 | _ | 1 | _ | _";
    Grid::written("自评表", &format!("{head}\n{HEADER}\n{rows}")).merged("E7:E8").hide_row(7)
}

/// A hidden sheet that no table is found on.
fn hidden() -> Grid {
    Grid::written("去年", "去年的底稿\n不要删").hide()
}

/// 核定表: an unknown indicator, an unknown unit, points beside those of the report, an unread column.
fn verified(dir: &Path) -> Result<()> {
    let table = Grid::written(
        "核定表",
        "单位 | 指标代码 | 核定值 | 核定得分 | 核定说明 | 核定的得分
         市教育局 | 2.1 | B | _ | _ | 16
         市教育局 | 9.1 | 1 | _ | _ | _
         市教育厅 | 1.1 | 0 | _ | _ | _
         市医保局 | 1.1 | 1 | _ | _ | _
         市医保局 | 1.1 | 2 | _ | _ | _
         _ | 1.2 | 90% | _ | _ | _",
    );
    table.save_csv(&dir.join("verified/核定表.csv"), Encoding::Gbk)
}
