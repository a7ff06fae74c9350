//! Ballots, tallies and given scores with faults.

use std::path::Path;

use anyhow::Result;

use crate::grid::{self, Encoding, Grid};

/// Writes `ballots/`, `tallies/` and `given/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    meeting(&dir.join("ballots/meeting"))?;
    leader(&dir.join("ballots/leader"))?;
    online(dir)?;
    given(dir)
}

fn meeting(dir: &Path) -> Result<()> {
    // An unknown class, a word that is no level, an unknown unit, one rater twice, a unit that is only listed.
    let long = Grid::written(
        "评议",
        "评议主体 | 评委编号 | 所在单位 | 单位 | 评价
         党员代表 | P-1 | 市审计局 | 市财政局 | 好
         党员代表 | P-1 | 市审计局 | 市审计局 | 好
         党员代表 | P-1 | 市审计局 | 市统计局 | 很好
         党员代表 | P-1 | 市审计局 | 市教育局 | 较好
         党员代表 | P-1 | 市审计局 | 市财政局 | 一般
         党员代表 | P-2 | 市财政 | 市卫健委 | 好
         党员代表 | P-2 | _ | 市医保局 | 较好
         党员代表 | P-2 | _ | 市数据集团 | 好
         党员 | P-3 | _ | 市财政局 | 好
         党员代表 | P-4 | _ | 市财证局 | 好
         党员代表 | P-4 | _ | 市审计局 | 一般
         党员代表 | P-4 | _ | 市统计局 | 好",
    );
    long.save_csv(&dir.join("党员代表汇总.csv"), Encoding::Utf8)?;
    // Two ticks in one row, and a sign that is no tick.
    let ticks = Grid::written(
        "票",
        "评议主体：服务对象代表　评委编号：Q-1 | _ | _ | _ | _
         单位 | 评价意见 | _ | _ | _
         _ | 好 | 较好 | 一般 | 差
         市财政局 | √ | √ | _ | _
         市审计局 | _ | × | _ | _
         市统计局 | √ | _ | _ | _
         市教育局 | _ | √ | _ | _",
    );
    grid::save(&dir.join("Q/评议票1.xlsx"), &[ticks.merged("A1:E1 A2:A3 B2:E2")])?;
    // Every unit the same.
    let same = Grid::written(
        "票",
        "评议主体 | 服务对象代表 | 评委编号 | Q-2
         单位 | 评价
         市财政局 | 好
         市审计局 | 好
         市统计局 | 好",
    );
    grid::save(&dir.join("Q/评议票2.xlsx"), &[same])?;
    // In the folder of another class.
    let moved = Grid::written(
        "票",
        "评议主体 | 党员代表 | 评委编号 | P-5\n单位 | 评价\n市财政局 | 好\n市审计局 | 较好\n市统计局 | 一般",
    );
    grid::save(&dir.join("Q/评议票3.xlsx"), &[moved])?;
    // No class anywhere; two classes on one sheet.
    let nobody = Grid::written("票", "评委编号 | X-1\n单位 | 评价\n市财政局 | 好\n市审计局 | 较好");
    grid::save(&dir.join("没写主体.xlsx"), &[nobody])?;
    let both = Grid::written(
        "票",
        "评议主体 | 党员代表\n评议主体 | 服务对象代表\n评委编号 | P-6\n单位 | 评价\n市财政局 | 好\n市审计局 | 差",
    );
    grid::save(&dir.join("两个主体.xlsx"), &[both])
}

/// Numbers by aspect: out of range, text, last year's aspect.
fn leader(dir: &Path) -> Result<()> {
    let matrix = Grid::written(
        "评分票",
        "评议主体 | 工委领导 | 评委编号 | L-1
         单位 | 责任落实 | 任务实效 | 特色品牌
         市财政局 | 95 | 120 | 90
         市审计局 | 90 | 约85 | 80
         市统计局 | 88 | 86 | 85
         市教育局 | 90 | 91 | 92
         市卫健委 | 80 | 82 | 84
         市医保局 | 85 | 86 | 87",
    );
    grid::save(&dir.join("L-1.xlsx"), &[matrix])?;
    let last_year = Grid::written(
        "评分票",
        "评议主体 | 工委领导 | 评委编号 | L-2
         单位 | 责任落实 | 任务实效 | 品牌创建
         市财政局 | 95 | 92 | 90",
    );
    grid::save(&dir.join("L-2.xlsx"), &[last_year])
}

/// Votes that do not add up, more returned than issued, a blank count, half a vote, a unit twice, ballots beside the tally.
fn online(dir: &Path) -> Result<()> {
    let tally = Grid::written(
        "票数汇总",
        "网上满意度票数汇总
         单位 | 评议主体 | 满意 | 基本满意 | 不满意 | 弃权/未填 | 发出 | 收回 | 有效 | 无效
         市财政局 | 群众 | 50 | 30 | 10 | 0 | 100 | 95 | 95 | 0
         市审计局 | 群众 | 60 | 20 | 10 | 0 | 80 | 90 | 90 | 0
         市统计局 | 群众 | 60 | _ | 10 | 0 | 100 | 70 | 70 | 0
         市教育局 | 群众 | 60.5 | 20 | 10 | 0 | 100 | 90 | 90 | 0
         市卫健委 | 群众 | 60 | 20 | 10 | 0 | 100 | 93 | 90 | 2
         市医保局 | 群众 | 60 | 20 | 10 | 0 | 100 | 90 | 90 | 0
         市医保局 | 群众 | 60 | 20 | 10 | 0 | 100 | 90 | 90 | 0
         市数据集团 | 群众 | 60 | 20 | 10 | 0 | 100 | 90 | 90 | 0
         合计 | _ | 410 | 140 | 70",
    );
    grid::save(&dir.join("tallies/online/问卷汇总.xlsx"), &[tally])?;
    let levels = Grid::written("票数汇总", "单位 | 评议主体 | 满意 | 比较满意 | 有效\n市财政局 | 网民 | 50 | 30 | 80");
    levels.save_csv(&dir.join("tallies/online/补充.csv"), Encoding::Utf8Mark)?;
    let ballots = Grid::written("答卷", "评议主体 | 评委编号 | 单位 | 评价\n群众 | A1 | 市医保局 | 满意");
    ballots.save_csv(&dir.join("ballots/online/答卷.csv"), Encoding::Utf16)
}

/// Over the scale, a unit without score, a unit twice.
fn given(dir: &Path) -> Result<()> {
    let table = Grid::written(
        "平时考核",
        "单位 | 得分 | 备注
         市财政局 | 120 | _
         市审计局 | 9O | 字母O
         市统计局 | 88 | _
         市统计局 | 86 | _
         市教育局 | 90% | _
         市卫健委 | _ | 未报",
    );
    grid::save(&dir.join("given/daily/平时考核.xlsx"), &[table])
}
