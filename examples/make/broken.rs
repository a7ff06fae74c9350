//! `examples/broken`: a small project with a fault in every corner; `expected.csv` there lists each one.
//!
//! - `files`: files that cannot be read, or that are no input
//! - `reports`: self-reports and 核定表; `votes`: ballots, tallies and given scores; `registers`: the registers

mod files;
mod registers;
mod reports;
mod votes;

use std::path::Path;

use anyhow::Result;

use crate::grid::{self, Grid};

/// Writes all tables of the project into `dir`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    let roster = Grid::written(
        "单位名册",
        "单位代码 | 单位全称 | 简称 | 分组 | 参评方式
         U01 | 云岚市财政局 | 市财政局 | 综合 | 排名
         U02 | 云岚市审计局 | 市审计局 | 综合 | 排名
         U03 | 云岚市统计局 | 市统计局 | 综合 | 排名
         U04 | 云岚市教育局 | 市教育局 | 服务 | 排名
         U05 | 云岚市卫生健康委员会 | 市卫健委 | 服务 | 排名
         U06 | 云岚市医疗保障局 | 市医保局 | 服务 | 排名
         U07 | 云岚市数据集团有限公司 | 市数据集团 | 服务 | 不参评",
    );
    grid::save(&dir.join("roster.xlsx"), &[roster])?;
    files::write(dir)?;
    reports::write(dir)?;
    votes::write(dir)?;
    registers::write(dir)
}
