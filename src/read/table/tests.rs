//! Layouts that are read, and what must not change when cells of their first data row are blank.

use super::*;
use crate::model::Limits;
use crate::read::book::Merge;
use crate::read::budget::Budget;
use crate::read::csv;

const FILE: FileId = FileId(0);

/// A layout: what it is, the role of its file, its rows (csv text), its merged blocks, and which row, from 1, is the first
/// of data.
struct Layout {
    name: &'static str,
    role: Role,
    text: &'static str,
    merges: &'static str,
    first: u32,
    kind: TableKind,
}

const fn layout(
    name: &'static str,
    role: Role,
    kind: TableKind,
    first: u32,
    merges: &'static str,
    text: &'static str,
) -> Layout {
    Layout { name, role, text, merges, first, kind }
}

/// Layouts of DOMAIN §7 and of SPEC §3: one, two and three rows of header, merged or with blanks as csv has them.
const LAYOUTS: &[Layout] = &[
    layout(
        "T5",
        Role::SelfReport,
        TableKind::SelfReport,
        4,
        "A1:F1 A2:F2",
        "2025年度评定表,,,,,\n单位：甲局（盖章）,,,,,\n类别,项目及分值,评分要点,评分办法,单位自评,上级评定\n\
         责任,学习教育（40分）,按计划学习,查记录,四十,三十\n责任,组织生活,按期召开,查记录,30,25\n小计,,,,100,88\n",
    ),
    layout(
        "T7",
        Role::SelfReport,
        TableKind::SelfReport,
        3,
        "A1:D1",
        "审核表,,,\n分类,考评项目,支部自评得分,考评组审核得分\n责任,学习教育,优,良\n责任,组织生活,30,30\n",
    ),
    layout(
        "T20",
        Role::SelfReport,
        TableKind::SelfReport,
        2,
        "",
        "一级指标,二级指标,三级指标,年初目标值(A),实际完成值(B),得分\n责任,学习,学习教育,12次,12次,四十\n责任,组织,组织生活,4次,3次,20\n",
    ),
    layout(
        "two rows of self and verified, merged",
        Role::SelfReport,
        TableKind::SelfReport,
        4,
        "A1:D1 A2:A3 B2:B3",
        "单位代码：U1,,,\n指标代码,指标名称,自评,核定\n,,得分,得分\n1.1,学习教育,优,良\n1.2,组织生活,30,20\n",
    ),
    layout(
        "two rows of self and verified, with blanks",
        Role::SelfReport,
        TableKind::SelfReport,
        3,
        "",
        "指标代码,三级指标,自评,,核定,,备注\n,,完成值,得分,核定值,核定得分,\n1.1,学习教育,三次,优,两次,良,无误\n1.2,组织生活,1,2,3,4,\n",
    ),
    layout(
        "T11",
        Role::Ballots,
        TableKind::Ballots,
        4,
        "A1:F1 A2:B2 C2:F2",
        "评议对象：甲局,,,,,\n评议内容,,评议意见,,,\n大类,细目,好,较好,一般,差\n党建,责任落实,√,,√,\n党建,特色品牌,,√,,\n",
    ),
    layout(
        "T12 of three rows",
        Role::Ballots,
        TableKind::Ballots,
        4,
        "A1:A3 B1:B3 C1:H1 C2:E2 F2:H2 I1:I3",
        "序号,单位,评议内容及意见,,,,,,备注\n,,责任落实70%,,,特色品牌30%,,,\n,,好90-100,较好75-89,弃权,好90-100,较好75-89,弃权,\n\
         1,甲局,√,√,,√,√,,无\n2,乙局,√,,,,√,,\n",
    ),
    layout(
        "T12 of three rows under 评议内容",
        Role::Ballots,
        TableKind::Ballots,
        4,
        "A1:A3 B1:F1 B2:C2 D2:F2",
        "单位,评议内容,,,,\n,责任落实,,特色品牌,,\n,好,差,好,差,弃权\n甲局,√,,√,,√\n乙局,√,,√,,\n",
    ),
    layout(
        "T12 in csv",
        Role::Ballots,
        TableKind::Ballots,
        3,
        "",
        "评议主体,评委编号,单位,责任落实,,特色品牌,\n,,,优8-10,中4-7,优8-10,中4-7\nR,r1,U1,九,,,五\nR,1,U2,8,,8,\n",
    ),
    layout(
        "T13",
        Role::Ballots,
        TableKind::Ballots,
        2,
        "",
        "评议主体,评委编号,单位,好,较好,一般,差,弃权\nR,r1,U1,√,√,√,√,√\nR,1,U2,,,,,√\n",
    ),
    layout(
        "ticks under a head with blanks",
        Role::Ballots,
        TableKind::Ballots,
        3,
        "",
        "序号,单位,评议意见,,,,\n,,好,较好,一般,差,弃权\n甲,U01,√,√,√,,√\n2,U02,√,,,,\n",
    ),
    layout(
        "long ballots",
        Role::Ballots,
        TableKind::Ballots,
        2,
        "",
        "评议主体,评委编号,所在单位,单位,节点,评价\nR,r1,甲局,U1,责任,好\nR,r1,甲局,U2,责任,差\n",
    ),
    layout(
        "T14",
        Role::Tallies,
        TableKind::Tallies,
        5,
        "A1:G1 A3:A4 B3:B4 C3:G3",
        "汇总表（甲局）,,,,,,\n发出数：12,收回数：12,有效数：11,无效数：1,,,\n序号,类别,评价意见,,,,\n,,好,较好,一般,差,未填\n\
         一,班子,六,三,一,零,一\n二,党员,6,3,1,0,1\n",
    ),
    layout(
        "T15",
        Role::Tallies,
        TableKind::Tallies,
        2,
        "",
        "单位,评议主体,好票数,较好票数,差票数,有效\nU1,R,八,二,零,十\nU2,R,5,0,5,10\n",
    ),
    layout(
        "T8",
        Role::Register,
        TableKind::Declarations,
        4,
        "A1:L1 A2:A3 B2:B3 C2:C3 D2:G2 H2:K2 L2:L3",
        "单位：甲局,,,,,,,,,,,\n序号,评比内容,分项内容及分值,增加分值,,,,扣减分值,,,,合计\n\
         ,,,增分因素,分值,得分,数量,减分因素,分值,得分,数量,\n\
         一,表彰,表彰奖励,省级表彰,1-10,两,一,批评,1-2,一,一,两\n2,通报,批评,,,,,通报,1,1,1,-1\n",
    ),
    layout(
        "T9",
        Role::Register,
        TableKind::Declarations,
        2,
        "",
        "类别,考核内容,加分,减分,得分,合计\n表彰,省级表彰,每项加2分,无减,两,两\n处理,通报批评,,每次减1分,-1,-1\n",
    ),
    layout(
        "T22",
        Role::Register,
        TableKind::Declarations,
        2,
        "",
        "序号,加减分类别,事项名称,级别,颁发(通报)单位,文件名称,文号,发文日期,申报分值\n\
         一,J1,先进集体,省级,省委,表彰决定,省发1号,2025-05-04,两\n二,J1,案例,省级,省委,通知,2号,2025-06-01,2\n",
    ),
    layout(
        "a register of adjustments, merged",
        Role::Register,
        TableKind::Adjustments,
        3,
        "A1:A2 B1:B2 C1:C2 D1:D2 E1:E2 F1:G1 H1:H2 I1:I2 J1:J2",
        "编号,单位,代码,事由,级别,分值,,文号,状态,审定文号\n,,,,,申报分值,审定分值,,,\n\
         甲1,U01,N1,批评,省级,五,五,一号,工委审定,纪1\n2,U02,N1,批评,,5,5,2号,工委审定,纪1\n",
    ),
    layout(
        "a register of decisions, merged",
        Role::Register,
        TableKind::Decisions,
        3,
        "A1:A2 B1:B2 C1:C2 D1:E1 F1:F2 G1:G2 H1:H2 I1:I2",
        "编号,单位,等次,特别情形,,条款,文号,日期,状态\n,,,不占名额,突破上限,,,,\n\
         甲1,U01,不达标,是,是,第十四条,工委1号,2026-01-20,工委审定\n2,U02,达标,,,第十四条,工委1号,2026-01-20,工委审定\n",
    ),
    layout(
        "a register of decisions, with blanks",
        Role::Register,
        TableKind::Decisions,
        3,
        "",
        "编号,单位,等次,特别情形,,条款,文号,日期,状态\n,,,不占名额,突破上限,,,,\n\
         甲1,U01,不达标,是,是,第十四条,工委1号,2026-01-20,工委审定\n2,U02,达标,,,第十四条,工委1号,2026-01-20,工委审定\n",
    ),
    layout(
        "appeals",
        Role::Register,
        TableKind::Appeals,
        3,
        "",
        "编号,单位,位置,诉求,收到日期,处理结果,\n,,,,,结论,文号\n甲1,U01,1.1,请求复核,2026-01-22,维持,一号\n2,U02,1.1,请求,2026-01-22,,\n",
    ),
    layout(
        "corrections",
        Role::Register,
        TableKind::Corrections,
        2,
        "",
        "编号,单位,位置,旧值,新值,理由,文号,状态\n甲1,U01,1.1,五,六,笔误,一号,工委审定\n2,U02,1.1,5,6,笔误,1号,工委审定\n",
    ),
    layout(
        "a ledger",
        Role::Ledger,
        TableKind::Ledger,
        3,
        "",
        "问题编号,问题描述,销号情况,,\n,,销号状态,销号日期,审核人\n甲1,没有整改,已销号,2025-10-10,张三\n2,整改好,已销号,2025-10-10,张三\n",
    ),
    layout(
        "a roster",
        Role::Roster,
        TableKind::Roster,
        3,
        "A1:A2 B1:B2 C1:C2 D1:E1",
        "单位代码,单位全称,分组,联系方式,\n,,,联系人,电话\nU00,丁局,G,王某,一\nU01,甲局,G,王某,1\n",
    ),
    layout(
        "a roster with blanks",
        Role::Roster,
        TableKind::Roster,
        3,
        "",
        "单位代码,单位全称,分组,联系方式,\n,,,联系人,电话\nU00,丁局,G,王某,一\nU01,甲局,G,王某,1\n",
    ),
    layout("raters", Role::Raters, TableKind::Raters, 2, "", "评委编号,评议主体,所在单位\nr1,R,U1\nr2,R,U2\n"),
    layout(
        "a matrix of leaves",
        Role::Verified,
        TableKind::VerifiedMatrix,
        3,
        "A1:A2 B1:C1 D1:E1",
        "单位,1.1 培训率,,1.2 品牌,\n,核定值,核定得分,核定得分,核定说明\nU1,五十,五十,五十,一般\nU2,50,50,50,\n",
    ),
    layout(
        "long verification",
        Role::Verified,
        TableKind::Verified,
        2,
        "",
        "单位,指标代码,核定值,核定得分,核定说明\nU1,1.1,五,五,缺\nU1,1.2,5,5,\n",
    ),
    layout(
        "given scores",
        Role::Given,
        TableKind::Given,
        2,
        "",
        "单位,期次,节点,得分\nU1,一季度,A1,八十\nU2,一季度,A1,80\n",
    ),
    layout(
        "given scores beside an unnamed column",
        Role::Given,
        TableKind::Given,
        2,
        "",
        "单位,得分,\nU1,八十,旁注\nU2,80,旁注\n",
    ),
    layout(
        "opinions",
        Role::Opinions,
        TableKind::Opinions,
        2,
        "",
        "单位代码,单位,建议等次,意见,具体意见和依据\nU1,甲局,优秀,同意,无\nU2,乙局,优秀,同意,\n",
    ),
    layout(
        "indicators",
        Role::Indicators,
        TableKind::Indicators,
        2,
        "",
        "指标代码,线,方面,二级指标,三级指标,分值,计分方式,参数,佐证\n甲1,L1,A1,学习,教育,四十,核定,无参,必需\n1.2,L1,A1,学习,教育,40,核定,,\n",
    ),
];

/// `B3` as row and column from 0.
fn position(cell: &str) -> (u32, u32) {
    let col = u32::from(cell.as_bytes()[0] - b'A');
    (cell[1..].parse::<u32>().unwrap() - 1, col)
}

fn sheet_of(layout: &Layout) -> Book {
    let (mut book, _) =
        csv::read_csv(layout.text.as_bytes(), Budget::new(FILE, &Limits::default()), &Limits::default()).unwrap();
    let block = |block: &str| {
        let (from, to) = block.split_once(':').unwrap();
        let ((top, left), (bottom, right)) = (position(from), position(to));
        Merge { top, left, bottom, right }
    };
    book.sheets[0].merges = layout.merges.split_whitespace().map(block).collect();
    book.sheets[0].merges.sort_unstable();
    book.sheets[0].widths.clear();
    book
}

fn table_of(layout: &Layout, book: &Book) -> RawTable {
    let (mut tables, findings) = find_tables(book, FILE, layout.role);
    assert_eq!(tables.len(), 1, "{}: {findings:#?}", layout.name);
    tables.remove(0)
}

/// The texts of the rows of a table, by row and column.
fn texts(table: &RawTable) -> BTreeMap<u32, Vec<(u32, String)>> {
    let cells = |row: &Row| row.cells.iter().map(|cell| (cell.col, cell.value.text())).collect();
    table.rows.iter().map(|row| (row.row, cells(row))).collect()
}

#[test]
fn every_layout_is_read_as_what_it_is() {
    for layout in LAYOUTS {
        let table = table_of(layout, &sheet_of(layout));
        assert_eq!((table.kind, table.header_end + 2), (layout.kind, layout.first), "{}", layout.name);
        assert_eq!(table.rows[0].row + 1, layout.first, "{}", layout.name);
        assert_eq!(table.rows_below().count(), table.found as usize, "{}", layout.name);
    }
}

#[test]
fn blank_cells_of_the_first_data_row_change_only_what_they_say() {
    for layout in LAYOUTS {
        let whole = sheet_of(layout);
        let table = table_of(layout, &whole);
        let first = layout.first - 1;
        let own: Vec<u32> = whole.sheets[0].cells.iter().filter(|c| c.row == first).map(|c| c.col).collect();
        for mask in 1_u32..1 << own.len() {
            let blank = |col: u32| own.iter().position(|c| *c == col).is_some_and(|at| mask & (1 << at) != 0);
            let mut book = whole.clone();
            book.sheets[0].cells.retain(|cell| cell.row != first || !blank(cell.col));
            let is_left = book.sheets[0].cells.iter().any(|cell| cell.row == first);
            let blanked = table_of(layout, &book);
            let name = format!("{}, without {:?}", layout.name, own.iter().filter(|c| blank(**c)).collect::<Vec<_>>());
            let columns = |table: &RawTable| -> Vec<(u32, String, Option<Word>)> {
                table.columns.iter().map(|c| (c.col, c.path(), c.word)).collect()
            };
            assert_eq!((blanked.kind, blanked.header_end), (table.kind, table.header_end), "{name}");
            assert_eq!(columns(&blanked), columns(&table), "{name}");
            let mut expected = texts(&table);
            if let Some(row) = expected.get_mut(&first) {
                row.retain(|(col, _)| !blank(*col));
            }
            let skipped = blanked.skipped.iter().find(|skipped| skipped.row == first);
            if !is_left || skipped.is_some_and(|skipped| skipped.why == Skip::Empty) {
                expected.remove(&first);
            }
            assert_eq!(texts(&blanked), expected, "{name}");
            let below = book.sheets[0].cells.chunk_by(|a, b| a.row == b.row).filter(|c| c[0].row >= first).count();
            assert_eq!((blanked.found as usize, blanked.rows_below().count()), (below, below), "{name}");
        }
    }
}

#[test]
fn wide_headers_long_tables_and_many_blocks_are_read_in_one_pass() {
    // 200,000 columns without a meaning, each with a value: compared with one another these would be 4·10^10 steps.
    let names: Vec<String> = (0..200_000).map(|n| format!("列{n}")).collect();
    let marks = vec!["无"; names.len()].join(",");
    let text = format!("单位,得分,{}\nU1,80,{marks}\nU2,90,{marks}\n", names.join(","));
    let (book, _) = csv::read_csv(text.as_bytes(), Budget::new(FILE, &Limits::default()), &Limits::default()).unwrap();
    let (tables, findings) = find_tables(&book, FILE, Role::Given);
    assert_eq!((tables[0].columns.len(), tables[0].rows.len(), findings.len()), (200_002, 2, CAP));
    // 2,000 blocks as wide as a sheet beside a table of three columns, and 20,000 rows that all are cut.
    let rows = "评议代表,R1,U1\n".repeat(20_000);
    let (mut book, _) = csv::read_csv(
        format!("评议主体,评委编号,单位,评价\n{rows}").as_bytes(),
        Budget::new(FILE, &Limits::default()),
        &Limits::default(),
    )
    .unwrap();
    book.sheets[0].merges =
        (0..2000).map(|n| Merge { top: 1, left: 4 + n, bottom: 1_048_575, right: 16_383 }).collect();
    let (tables, findings) = find_tables(&book, FILE, Role::Ballots);
    assert_eq!((tables[0].rejected.len(), tables[0].found, findings.len()), (20_000, 20_000, CAP));
}

#[test]
fn values_that_merged_blocks_give_to_too_many_cells_are_refused() {
    // One block over 3,000 columns that hold something and 1,000 rows: 3 million cells would take its value.
    let names: Vec<String> = (0..3000).map(|n| format!("列{n}")).collect();
    let rows = "U1,80\n".repeat(1000);
    let text = format!("单位,得分,{}\nU1,80,无\n{rows}", names.join(","));
    let (mut book, _) =
        csv::read_csv(text.as_bytes(), Budget::new(FILE, &Limits::default()), &Limits::default()).unwrap();
    book.sheets[0].merges = vec![Merge { top: 1, left: 2, bottom: 1_048_575, right: 16_383 }];
    let (tables, findings) = find_tables(&book, FILE, Role::Given);
    assert!(findings.iter().any(|finding| finding.code == Code::E108));
    assert_eq!(tables[0].rows_below().count(), 1001);
    assert!(tables[0].rejected.len() > 300);
}
