//! Workbooks made by the library alone, cells and all: what [`super::Prepared`] makes must be equal to them, part
//! by part.

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_xlsxwriter::{DocProperties, Format, Formula, Workbook, Worksheet, XlsxError};

use super::form::Lists;
use super::{
    Made, NO_DATE, Prepared, chart, excel_date, fitting, form, link, parts, set_up_print, set_up_view, styles,
};
use crate::documents::report::chart::{Chart, ChartKind, Paint, Series};
use crate::documents::report::document::{CellDoc, Content, Document, Fonts, Page, Purpose, RowDoc, SheetDoc, Style};
use crate::documents::report::entry::{Alarm, Allow, Block, Check, Entry};
use crate::shared::i18n::Lang;
use crate::shared::number::Exact;

/// The workbook of a document, by the library alone.
fn workbook(document: &Document<'_>) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    let created = excel_date(document.created.unwrap_or(NO_DATE))?;
    workbook.set_properties(&DocProperties::new().set_title(&*document.title).set_creation_datetime(&created));
    let mut lists = Lists::default();
    document.sheets.iter().for_each(|sheet| lists.add(sheet));
    for sheet in &document.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        for (column, width) in (0..).zip(&sheet.columns) {
            worksheet.set_column_width(column, *width)?;
        }
        for (row, content) in (0..).zip(sheet.all_rows()) {
            write_row(worksheet, row, content, &document.fonts)?;
        }
        set_up_view(worksheet, sheet)?;
        form::fit_out(worksheet, sheet, &lists)?;
        chart::draw(worksheet, sheet, &document.fonts, |series| series.points.to_vec())?;
        set_up_print(worksheet, sheet, document)?;
    }
    for hidden in form::hidden(document, &lists) {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(hidden.name)?.set_very_hidden(true);
        for (row, texts) in (0..).zip(&hidden.rows) {
            for (column, text) in (0..).zip(texts) {
                worksheet.write_string(row, column, *text)?;
            }
        }
    }
    Ok(workbook)
}

fn write_row(worksheet: &mut Worksheet, at: u32, row: &RowDoc<'_>, fonts: &Fonts) -> Result<(), XlsxError> {
    worksheet.set_row_height(at, row.height)?;
    let mut column = 0_u16;
    for cell in &row.cells {
        if cell.content != Content::Covered {
            let format = styles::format(styles::look(cell), fonts);
            if cell.cols > 1 || cell.rows > 1 {
                let (last_row, last_column) = (at + u32::from(cell.rows) - 1, column + cell.cols - 1);
                worksheet.merge_range(at, column, last_row, last_column, "", &format)?;
            }
            write_content(worksheet, at, column, &cell.content, &format)?;
        }
        column += cell.cols;
    }
    Ok(())
}

fn write_content(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    content: &Content<'_>,
    format: &Format,
) -> Result<(), XlsxError> {
    match content {
        Content::Empty | Content::Covered => worksheet.write_blank(row, column, format)?,
        Content::Text(text) => worksheet.write_string_with_format(row, column, fitting(text), format)?,
        Content::Link(own) => worksheet.write_url_with_format(row, column, link(own), format)?,
        Content::Number { value, .. } => worksheet.write_number_with_format(row, column, *value, format)?,
        Content::Count(count) => worksheet.write_number_with_format(row, column, *count as f64, format)?,
        Content::Date(date) => worksheet.write_datetime_with_format(row, column, excel_date(*date)?, format)?,
        Content::Formula(own) => {
            let formula = Formula::new(format!("={}", own.formula)).set_result(own.value.to_string());
            worksheet.write_formula_with_format(row, column, formula, format)?
        }
        Content::TextFormula(own) => {
            let formula = Formula::new(format!("={}", own.formula)).set_result(&*own.text);
            worksheet.write_formula_with_format(row, column, formula, format)?
        }
    };
    Ok(())
}

/// The parts of a workbook as text. The library adds to each row which columns it has, which says nothing of its own.
fn texts(Made(parts): Made) -> BTreeMap<String, String> {
    let plain = |text: String| {
        let mut pieces = text.split(" spans=\"");
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |text, piece| text + piece.split_once('"').map_or(piece, |(_, rest)| rest))
    };
    parts.into_iter().map(|(name, text)| (name, plain(text))).collect()
}

#[track_caller]
fn assert_equal(prepared: &Prepared, document: &Document<'_>) {
    let made = texts(Made(crate::read::parts(&prepared.bytes(document).unwrap()).unwrap()));
    let wanted = texts(parts(&mut workbook(document).unwrap()).unwrap());
    assert_eq!(made.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (name, text) in &wanted {
        assert_eq!(&made[name], text, "{name}");
    }
}

fn fonts() -> Fonts {
    Fonts::of(Lang::Zh)
}

/// A table with cells of every content and style, merged ones, and long, odd and empty texts.
fn table(rows: usize) -> SheetDoc<'static> {
    let mut sheet = SheetDoc::new("表 'A'", "全部 & <内容>").landscape().freeze(1).filtered();
    sheet.subtitle("v001\r\n第二行");
    sheet.hint(" 前后有空格 ");
    sheet.header(vec![CellDoc::header("单位").down(2), CellDoc::header("得分").across(2), CellDoc::header("甲")]);
    sheet.header(vec![CellDoc::covered(), CellDoc::header("总分"), CellDoc::header("位次"), CellDoc::empty()]);
    for row in 0..rows {
        let number = Exact::ratio(row as i64, 7);
        sheet.row(vec![CellDoc::text(format!("单位{}", row % 3)), CellDoc::number(&number, 2), CellDoc::count(row)]);
    }
    sheet.row(vec![
        CellDoc::text("_x000D_\u{7}=1+1").down(3),
        CellDoc::precise(&Exact::ratio(1, 3), 3),
        CellDoc::missing(),
        CellDoc::date(date(2026, 1, 20), Style::Center),
    ]);
    sheet.row(vec![CellDoc::covered(), CellDoc::text("乙").across(2).down(2), CellDoc::text("x".repeat(40_000))]);
    sheet.row(vec![CellDoc::covered(), CellDoc::covered().across(2), CellDoc::text("")]);
    sheet.row(Vec::new());
    sheet.section("分节");
    sheet.row(vec![
        CellDoc::formula("SUM(B6:B7)", &Exact::ratio(9, 4), Some(2)),
        CellDoc::formula("IF(B6<1,\"&\",2)", &Exact::from(2), None),
        CellDoc::text_formula("IF(A6=\"\",\"—\",A6)", "—"),
    ]);
    let entries = [Entry::General, Entry::Text, Entry::Date];
    sheet.row(entries.into_iter().map(|entry| CellDoc::blank(Style::Entry(entry))).collect());
    sheet.row(entries.into_iter().map(|entry| CellDoc::filled("12.5", Style::Verify(entry))).collect());
    let styles = [Style::Strong, Style::Band, Style::Good, Style::Warning, Style::Bad, Style::Code, Style::Letter];
    for styles in styles.chunks(4) {
        sheet.row(styles.iter().map(|style| CellDoc::styled("字", *style)).collect());
    }
    sheet.page_starts = vec![2];
    sheet.footer = Some("版本 & v001".to_owned());
    sheet.signatures("签字");
    sheet.finish()
}

fn letter() -> SheetDoc<'static> {
    let mut sheet = SheetDoc::new("反馈书", "反馈书");
    let styles = [Style::LetterTitle, Style::LetterHeading, Style::LetterFull, Style::LetterRight, Style::LetterNote];
    for style in styles {
        sheet.row(vec![CellDoc::line("正文", style)]);
    }
    sheet.page = Page::Letter;
    sheet.columns = vec![20.0, 30.5];
    sheet.finish()
}

/// A sheet with charts of every kind, of numbers, texts, dates, formulas and nothing.
fn charts(name: &str, points: &[Paint]) -> SheetDoc<'static> {
    let mut sheet = SheetDoc::new(name, "图");
    sheet.header(["单位", "得分", "次数", "日期", "公式"].map(CellDoc::header).to_vec());
    for row in 0..3_usize {
        sheet.row(vec![
            CellDoc::text(["甲 & 乙", "", "丙"][row]),
            CellDoc::number(&Exact::ratio(row as i64 * 100, 3), 2),
            CellDoc::count(row),
            CellDoc::date(date(2026, 1, 1 + row as i8), Style::Center),
            if row == 1 { CellDoc::missing() } else { CellDoc::formula("1", &Exact::from(1), Some(0)) },
        ]);
    }
    let kinds =
        [ChartKind::Bars, ChartKind::StackedBars, ChartKind::Columns, ChartKind::StackedColumns, ChartKind::Lines];
    for (number, kind) in (0..).zip(kinds) {
        let series = (1..=4).map(|column| Series::new("列", Block::column(2, 5, column), Paint::Second).labelled(1));
        let mut series: Vec<Series<'_>> = series.collect();
        series[0].points = points.to_vec();
        series[1].name = "";
        series[2].errors = Some(Block::column(2, 4, 1));
        sheet.chart(Chart {
            kind,
            title: format!("图 {number} & <>").into(),
            categories: Block::column(2, 4, [0, 1, 3, 0, 4][number as usize]),
            series,
            axis: (Some(if number == 0 { -1.0 } else { 0.0 }), Some(10.0)),
            decimals: number % 2,
            axis_title: "分",
            height: 100.0,
        });
    }
    sheet.finish()
}

fn filled_in(words: &[&'static str]) -> SheetDoc<'static> {
    let mut sheet = SheetDoc::new("填报", "填报");
    sheet.header(["是否", "等次", "数", "日期"].map(CellDoc::header).to_vec());
    sheet.row(
        [Entry::General, Entry::Text, Entry::General, Entry::Date].map(|e| CellDoc::blank(Style::Entry(e))).to_vec(),
    );
    let check = |column: u16, allow: Allow<'static>| Check::new(Block::column(2, 2, column), allow, "错".repeat(300));
    sheet.filling.checks = vec![
        check(0, Allow::words(["是", "否"])).prompting("填"),
        check(1, Allow::words(words.iter().copied())),
        check(2, Allow::Between(Exact::from(0), Exact::ratio(1, 2))),
        check(3, Allow::Date),
    ];
    sheet.filling.alarms = vec![Alarm { cells: Block::column(2, 2, 2), formula: "C3>1".to_owned() }];
    sheet.filling.is_locked = true;
    sheet.finish()
}

fn linked() -> SheetDoc<'static> {
    let mut sheet = SheetDoc::new("链接", "链接");
    sheet.header(vec![CellDoc::header("处"), CellDoc::header("说明")]);
    sheet.row(vec![CellDoc::link("F12", "../自评 表/甲.xlsx", "'自评表'!F12"), CellDoc::text("甲")]);
    sheet.row(vec![CellDoc::text("乙"), CellDoc::link("整个文件", "乙#1.csv", "")]);
    sheet.finish()
}

#[test]
fn workbooks_are_those_of_the_library() {
    let prepared = Prepared::default();
    let document = |sheets: Vec<SheetDoc<'static>>| Document::new("标题 & <甲>", fonts(), sheets);
    let marks = || vec![("kind".into(), "ballot".into()), ("unit".into(), "单位0".into())];
    let feedback = Purpose::Feedback { marks: marks(), returned: "填报" };
    let documents = [
        document(vec![table(3)]),
        document(vec![table(40), letter()]).dated(Some(date(2026, 1, 20))).marked(Some("草稿 & 1".into())),
        document(vec![charts("图", &[])]),
        // Of the same colours, in another order, one of them for more values than there are.
        document(vec![charts("图", &[Paint::Bad, Paint::Good, Paint::Bad, Paint::Good])]),
        document(vec![charts("图", &[Paint::Bad, Paint::Good, Paint::Good, Paint::Good, Paint::Best, Paint::Bad])]),
        document(vec![letter(), charts("图 1", &[Paint::Best, Paint::Bad]), table(0), charts("图 2", &[])]),
        document(vec![filled_in(&["甲", "乙"])]).to_be(Purpose::Form(marks())),
        document(vec![filled_in(&["是", "否"]), table(2)]).to_be(Purpose::Table),
        document(vec![letter(), table(1), charts("图", &[Paint::Clear]), filled_in(&["A", "B", "C"])]).to_be(feedback),
        document(vec![linked()]),
        document(vec![charts("图", &[]), linked()]),
    ];
    for document in &documents {
        assert_equal(&prepared, document);
    }
    // Everything is prepared by now, and nothing of one workbook stays in the next.
    for document in documents.iter().rev() {
        assert_eq!(prepared.bytes(document).unwrap(), super::bytes(document).unwrap());
    }
}

#[test]
fn a_workbook_depends_on_everything_that_its_document_says() {
    let prepared = Prepared::default();
    let document = |change: &dyn Fn(&mut SheetDoc<'static>)| {
        let mut sheets = [letter(), table(3)];
        change(&mut sheets[1]);
        Document::new("标题", fonts(), sheets.into())
    };
    let changes: [&dyn Fn(&mut SheetDoc<'static>); 12] = [
        &|_| (),
        &|sheet| sheet.name = "另一".to_owned(),
        &|sheet| sheet.columns[0] += 1.0,
        &|sheet| sheet.landscape = false,
        &|sheet| sheet.frozen_columns = 2,
        &|sheet| sheet.autofilter = false,
        &|sheet| sheet.footer = None,
        &|sheet| sheet.pages_wide = 2,
        &|sheet| sheet.page_starts.clear(),
        &|sheet| sheet.page = Page::Letter,
        &|sheet| sheet.rows[0].height = 15.0,
        &|sheet| sheet.filling.is_locked = true,
    ];
    for change in changes {
        assert_equal(&prepared, &document(change));
    }
    // Two sheets of equal length without header rows: a page begins below one more line in the second.
    for lines in 0..2 {
        let moved = |sheet: &mut SheetDoc<'static>| {
            (sheet.autofilter, sheet.page_starts) = (false, vec![1]);
            sheet.header.clear();
            sheet.head.extend(sheet.rows.drain(..lines));
        };
        assert_equal(&prepared, &document(&moved));
    }
}
