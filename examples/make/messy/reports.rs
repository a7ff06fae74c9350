//! Self-reports: one file per unit under the name it was sent with, in six layouts.

use std::path::Path;

use anyhow::Result;

use self::File::{Book, Converted, Csv};
use self::Layout::{Levels, Names, Paged, Plain, Subtotals, TwoRows};
use super::style::Style;
use crate::city::leaves::Leaf;
use crate::city::self_reports::{Entry, NOT_APPLICABLE, entries};
use crate::city::units::{UNITS, Unit};
use crate::grid::{self, Encoding, Grid};
use crate::paper::Cell;

/// How a self-report is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One header row, codes and names.
    Plain,
    /// A header of two merged rows.
    TwoRows,
    /// Category merged, a 小计 row after each.
    Subtotals,
    /// No codes: names with their points in brackets, standards beside them.
    Names,
    /// 一级, 二级, 三级指标, target and result with letters.
    Levels,
    /// An example row, and the header again where a page breaks.
    Paged,
}

/// What the report is stored as.
enum File {
    Book,
    Csv(Encoding),
    /// Kept as a converted file under another extension; the workbook is its twin.
    Converted,
}

/// One report: unit, folder and name without extension, layout, hand, format, further sheets.
struct Report {
    unit: &'static str,
    path: &'static str,
    layout: Layout,
    style: Style,
    file: File,
}

const fn report(unit: &'static str, path: &'static str, layout: Layout, style: Style, file: File) -> Report {
    Report { unit, path, layout, style, file }
}

#[rustfmt::skip]
const REPORTS: [Report; 23] = [
    report("U01", "党群组/人大机关自评表", Plain, Style::Numbers, Book),
    report("U02", "党群组/宣传部-2025党建自评", Subtotals, Style::Texts, Book),
    report("U03", "党群组/新建 Microsoft Excel 工作表", TwoRows, Style::Suffix, Book),
    report("U04", "党群组/总工会", Plain, Style::Numbers, Converted),
    report("U05", "党群组/妇联自评表（WPS导出）", Plain, Style::Numbers, Csv(Encoding::Gbk)),
    report("U06", "政府组/市发改委自评表20260108定稿", Levels, Style::Numbers, Book),
    report("U07", "政府组/2025年度考核自评表-市财政局(最终版2)", TwoRows, Style::Numbers, Book),
    report("U08", "政府组/副本自评（改）", Names, Style::Texts, Book),
    report("U09", "政府组/自评表(1)", Paged, Style::FullWidth, Book),
    report("U10", "政府组/自评表(2)", Plain, Style::Numbers, Csv(Encoding::Utf16)),
    report("U11", "政府组/市科技局自评", TwoRows, Style::Numbers, Converted),
    report("U12", "政府组/自然资源局 自评表", Plain, Style::FullWidth, Csv(Encoding::Utf8Mark)),
    report("U13", "执法窗口组/工商局（现市场监管局）", Subtotals, Style::Numbers, Book),
    report("U14", "执法窗口组/城管自评表-已盖章", Levels, Style::Texts, Book),
    report("U15", "执法窗口组/附件2", Names, Style::Numbers, Book),
    report("U16", "执法窗口组/附件2 (1)", Paged, Style::Suffix, Book),
    report("U17", "执法窗口组/环保局", Subtotals, Style::Numbers, Converted),
    report("U18", "垂管组/税务/自评表", Plain, Style::Texts, Book),
    report("U19", "垂管组/气象/自评表", Levels, Style::Numbers, Book),
    report("U20", "垂管组/邮政/自评表", TwoRows, Style::Texts, Book),
    report("U21", "企事业组/水务集团党委自评表V3", Names, Style::Suffix, Book),
    report("U22", "企事业组/职院_自评表_终稿_打印版", Subtotals, Style::FullWidth, Book),
    report("U23", "企事业组/Sheet1", Plain, Style::Numbers, Book),
];

/// Units whose verified values stand in a 核定表, not in the report.
pub(super) fn is_verified_elsewhere(unit: &Unit) -> bool {
    matches!(unit.code, "U18" | "U19" | "U20" | "U21" | "U22" | "U23")
}

/// Writes `self-reports/`.
pub(super) fn write(dir: &Path, twins: Option<&Path>) -> Result<()> {
    for report in &REPORTS {
        let unit = UNITS.iter().find(|unit| unit.code == report.unit).expect("a unit of the city");
        let folder = dir.join("self-reports");
        let path = |folder: &Path, extension: &str| folder.join(format!("{}.{extension}", report.path));
        match report.file {
            Book => grid::save(&path(&folder, "xlsx"), &sheets(report, unit))?,
            Csv(encoding) => sheet(report, unit).save_csv(&path(&folder, "csv"), encoding)?,
            Converted => {
                if let Some(twins) = twins {
                    grid::save(&path(&twins.join("self-reports"), "xlsx"), &sheets(report, unit))?;
                }
            }
        }
    }
    Ok(())
}

/// The report with the sheets that people leave beside it.
fn sheets(report: &Report, unit: &Unit) -> Vec<Grid> {
    let mut sheets = vec![sheet(report, unit)];
    match report.unit {
        "U03" | "U09" | "U23" => sheets.push(Grid::new("Sheet1")),
        "U06" | "U21" => {
            let mut help = Grid::new("填表说明");
            help.texts(&["填表说明"]);
            help.texts(&["一、完成值按附件一填写。"]);
            help.texts(&["二、佐证材料另附。"]);
            sheets.insert(0, help);
        }
        _ => {}
    }
    sheets
}

/// How the unit calls itself on its form.
fn called(unit: &Unit) -> &'static str {
    match unit.code {
        "U13" => "云岚市工商行政管理局",
        "U17" => "云岚市环境保护局",
        "U02" | "U08" | "U15" | "U20" | "U22" => unit.short,
        _ => unit.name,
    }
}

/// A column of a form: its header (over `>` under), and what stands in it.
struct Column {
    head: &'static str,
    holds: Holds,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Ordinal,
    Code,
    Item,
    Aspect,
    Name,
    NameWithPoints,
    Standard,
    Points,
    Value,
    SelfScore,
    Evidence,
    Target,
    VerifiedValue,
    VerifiedPoints,
    Note,
}

const fn column(head: &'static str, holds: Holds) -> Column {
    Column { head, holds }
}

#[rustfmt::skip]
fn columns(layout: Layout, verified: bool) -> Vec<Column> {
    use Holds as H;
    let mut own = match layout {
        Plain | Paged => vec![column("序号", H::Ordinal), column("指标代码", H::Code), column("指 标 名 称", H::Name), column("分值", H::Points), column("完成值", H::Value), column("自评得分（分）", H::SelfScore), column("佐证材料", H::Evidence)],
        TwoRows => vec![column("指标>指标代码", H::Code), column("指标>指标名称", H::Name), column("标准分", H::Points), column("单位自评>完成值", H::Value), column("单位自评>自评得分", H::SelfScore), column("单位自评>佐证", H::Evidence)],
        Subtotals => vec![column("类别", H::Item), column("指标编号", H::Code), column("考核项目", H::Name), column("满分", H::Points), column("完成情况", H::Value), column("自评分", H::SelfScore), column("支撑材料", H::Evidence)],
        Names => vec![column("类别", H::Item), column("项目及分值", H::NameWithPoints), column("评分标准", H::Standard), column("实际完成值", H::Value), column("自评得分", H::SelfScore), column("佐证材料", H::Evidence)],
        Levels => vec![column("一级指标", H::Aspect), column("二级指标", H::Item), column("三级指标", H::Name), column("年初目标值(A)", H::Target), column("实际完成值(B)", H::Value), column("自评得分", H::SelfScore), column("佐证材料", H::Evidence)],
    };
    if verified {
        own.extend(match layout {
            TwoRows => [column("工委核定>核定值", H::VerifiedValue), column("工委核定>核定得分", H::VerifiedPoints), column("工委核定>核定说明", H::Note)],
            Names => [column("核定值", H::VerifiedValue), column("考评组审核得分", H::VerifiedPoints), column("审核意见", H::Note)],
            _ => [column("核定值", H::VerifiedValue), column("核定得分", H::VerifiedPoints), column("核定说明", H::Note)],
        });
    }
    own
}

fn cell(holds: Holds, number: i64, leaf: &Leaf, entry: &Entry, style: Style) -> Cell {
    let percent = leaf.params.contains("in=percent");
    match holds {
        Holds::Ordinal => Cell::from(number),
        Holds::Code => Cell::from(leaf.code),
        Holds::Item => Cell::from(leaf.item()),
        Holds::Aspect if leaf.aspect == "A1" => Cell::from("抓党建责任"),
        Holds::Aspect if leaf.aspect == "A2" => Cell::from("任务实效"),
        Holds::Aspect => Cell::from("创新品牌"),
        Holds::Name => Cell::from(leaf.name),
        Holds::NameWithPoints => Cell::from(format!("{}（{}分）", leaf.name, leaf.points)),
        Holds::Standard => Cell::from(leaf.standard),
        Holds::Points => Cell::from(leaf.points),
        Holds::Target => Cell::from("按方案"),
        Holds::Value => style.value(entry.claimed.0, percent),
        Holds::SelfScore if entry.claimed == NOT_APPLICABLE => Cell::Blank,
        Holds::SelfScore => style.points(entry.claimed.1),
        Holds::Evidence => Cell::from(entry.evidence.as_str()),
        Holds::VerifiedValue if leaf.is_direct() => Cell::Blank,
        Holds::VerifiedValue => style.value(entry.verified.0, percent),
        Holds::VerifiedPoints if leaf.is_direct() => style.points(entry.verified.1),
        Holds::VerifiedPoints => Cell::Blank,
        Holds::Note => Cell::from(entry.note),
    }
}

/// The sheet of the report itself.
fn sheet(report: &Report, unit: &Unit) -> Grid {
    let columns = columns(report.layout, !is_verified_elsewhere(unit));
    let width = u16::try_from(columns.len()).expect("forms have a dozen columns");
    let mut grid = Grid::new("自评表");
    grid.line("云岚市2025年度市直机关党建工作考核自评表", width);
    match report.layout {
        Plain if matches!(report.file, Book) => {
            grid.texts(&["单 位 代 码", unit.code, "单位名称", called(unit)]);
        }
        _ => grid.line(&format!("单位：{}（盖章）　　2026年1月8日", called(unit)), width),
    }
    header(&mut grid, &columns);
    if report.layout == Paged {
        grid.texts(&["示例", "1.1.1", "第一议题与中心组学习", "4", "1", "3.5", "会议记录"]);
    }
    let entries = entries(unit);
    let number_of = |count: usize| i64::try_from(count).expect("a few rows");
    for (number, (leaf, entry)) in entries.iter().enumerate() {
        if report.layout == Paged && number == 12 {
            header(&mut grid, &columns);
        }
        let cells = columns.iter().map(|c| cell(c.holds, number_of(number) + 1, leaf, entry, report.style));
        grid.row(cells.collect());
        for (at, _) in columns.iter().enumerate().filter(|(_, c)| matches!(c.holds, Holds::Item | Holds::Aspect)) {
            grid.join_above(at);
        }
        let ends = entries.get(number + 1).is_none_or(|(next, _)| next.item() != leaf.item());
        if report.layout == Subtotals && ends {
            let own = entries.iter().filter(|(other, _)| other.item() == leaf.item());
            let (full, points) = own.fold((0, 0), |(f, p), (l, e)| (f + l.points, p + e.claimed.1));
            grid.row(vec![
                Cell::from("小计"),
                Cell::Blank,
                Cell::Blank,
                Cell::from(full),
                Cell::Blank,
                Cell::Hundredths(points),
            ]);
        }
    }
    let total = entries.iter().map(|(_, entry)| entry.claimed.1).sum();
    let score = columns.iter().position(|c| c.holds == Holds::SelfScore).expect("a form asks for the own score");
    let mut sums: Vec<Cell> = (0..=score).map(|_| Cell::Blank).collect();
    sums[0] = Cell::from("合  计");
    sums[score] = Cell::Hundredths(total);
    grid.row(sums);
    grid.line("注：1.自评得分由单位填写；2.佐证材料附后，复印件无效。", width);
    grid.texts(&["填表人：张三", "", "审核人：李四"]);
    grid
}

/// One header row, or two where a head stands over others.
fn header(grid: &mut Grid, columns: &[Column]) {
    let parts: Vec<(&str, &str)> = columns.iter().map(|c| c.head.split_once('>').unwrap_or((c.head, ""))).collect();
    if parts.iter().all(|(_, under)| under.is_empty()) {
        grid.texts(&parts.iter().map(|(over, _)| *over).collect::<Vec<_>>());
        return;
    }
    let first_of = |at: usize| at == 0 || parts[at - 1].0 != parts[at].0;
    grid.texts(&(0..parts.len()).map(|at| if first_of(at) { parts[at].0 } else { "" }).collect::<Vec<_>>());
    grid.texts(&parts.iter().map(|(_, under)| *under).collect::<Vec<_>>());
    let row = grid.last();
    for at in (0..parts.len()).filter(|at| first_of(*at)) {
        let same = parts[at..].iter().take_while(|(over, _)| *over == parts[at].0).count();
        let (left, right) = (index(at), index(at + same - 1));
        let bottom = if parts[at].1.is_empty() { row } else { row - 1 };
        grid.merge([row - 1, left, bottom, right]);
    }
}

fn index(at: usize) -> u16 {
    u16::try_from(at).expect("forms have a dozen columns")
}
