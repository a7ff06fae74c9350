//! A small project of csv files that a test can read at a glance and break in one place.

use crate::runner::Folder;

/// The model file.
pub(crate) const MODEL: &str = r#"[assessment]
title = "小项目"
period = "2025"
issuer = "测试工委"
language = "zh"
as_of = "2026-01-20"

[score]
full = 100
min = 0
max = 105
decimals = 2

[[line]]
code = "L1"
name = "政治线"

[[aspect]]
code = "A1"
name = "责任"
points = 40

[[aspect]]
code = "A2"
name = "实效"
points = 60

[[indicator]]
code = "1.1"
line = "L1"
aspect = "A1"
item = "学习"
name = "学习次数"
points = 40
rule = "扣分"
params = "每次=2"

[[indicator]]
code = "2.1"
line = "L1"
aspect = "A2"
item = "任务"
name = "任务完成率"
points = 60
rule = "比率"
params = "target=100;floor=60;in=percent"

[[component]]
id = "indicators"
name = "指标考核"
weight = 60
kind = "indicators"

[[component]]
id = "meeting"
name = "述职评议"
weight = 40
kind = "ballots"
rates = "unit"
levels = { "好" = 100, "较好" = 80, "一般" = 60, "差" = 40 }
abstain = ["弃权"]

[[component.class]]
id = "P1"
name = "领导"
weight = 70
issued = 3

[[component.class]]
id = "P2"
name = "代表"
weight = 30

[self_report]
missing = "error"
unverified = "error"
missing_evidence = "zero"
not_applicable = "rescale"

[[adjustment]]
code = "J1"
name = "表彰"
kind = "bonus"
points = 2

[[grade]]
name = "优秀"
at_least = 90
quota = { share = 40 }

[[grade]]
name = "达标"
at_least = 0

[rank]
scope = "group"

[feedback]
accept_exposed = "测试项目"
"#;

/// The self-report of a unit: missed sessions of 1.1 and the rate of 2.1, claimed and verified alike.
pub(crate) fn report(unit: &str, missed: u32, self_score: u32) -> String {
    format!(
        "单位代码,{unit}\n指标代码,三级指标,分值,完成值,自评得分,佐证,核定值,核定得分,核定说明\n\
         1.1,学习次数,40,{missed},{self_score},会议记录,{missed},,\n2.1,任务完成率,60,90%,54,统计表,90%,,\n"
    )
}

/// Leaders' ballots, long.
pub(crate) const LEADERS: &str = "评议主体,评委编号,所在单位,单位,评价\n领导,R1,,U01,好\n领导,R1,,U02,较好\n领导,R1,,U03,一般\n\
                           领导,R2,,U01,较好\n领导,R2,,U02,弃权\n领导,R2,,U03,一般\n";

/// Delegates' ballots, long; D1 rates the own unit.
pub(crate) const DELEGATES: &str = "评议主体,评委编号,所在单位,单位,评价\n代表,D1,U03,U01,好\n代表,D1,U03,U02,好\n代表,D1,U03,U03,好\n\
                             代表,D2,,U01,好\n代表,D2,,U02,较好\n代表,D2,,U03,较好\n\
                             代表,D3,,U01,较好\n代表,D3,,U02,好\n代表,D3,,U03,差\n";

/// One approved bonus and one that is only proposed.
pub(crate) const REGISTER: &str = "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n\
                            1,U02,J1,先进,,2,2,表彰决定,省〔2025〕1号,省厅,2025-06-18,工委审定,工委〔2026〕1号,\n\
                            2,U03,J1,文明,,2,,通报,市〔2025〕9号,市办,2025-09-02,拟提,,\n";

/// Where the leaders' ballots stand.
pub(crate) const LEADERS_FILE: &str = "ballots/meeting/领导.csv";
/// Where the delegates' ballots stand.
pub(crate) const DELEGATES_FILE: &str = "ballots/meeting/代表.csv";
/// Where the register stands.
pub(crate) const REGISTER_FILE: &str = "registers/加减分登记.csv";

/// The small project: three units, two indicators, two rater classes, two register rows; scores without an error.
pub(crate) fn small() -> Folder {
    let folder = Folder::empty();
    folder
        .write("assess.toml", MODEL)
        .write(
            "roster.csv",
            "单位代码,单位全称,简称,分组,参评方式\nU01,测试市图书馆,图书馆,场馆,排名\n\
             U02,测试市博物馆,博物馆,场馆,排名\nU03,测试市文化馆,文化馆,场馆,排名\n",
        )
        .write("self-reports/U01.csv", &report("U01", 2, 36))
        .write("self-reports/U02.csv", &report("U02", 4, 32))
        .write("self-reports/U03.csv", &report("U03", 6, 28))
        .write(LEADERS_FILE, LEADERS)
        .write(DELEGATES_FILE, DELEGATES)
        .write(REGISTER_FILE, REGISTER);
    folder
}

/// Puts a sheet of text and numbers into a new workbook; text that is a number becomes a number cell.
pub(crate) fn workbook(folder: &Folder, below: &str, sheet: &str, rows: &[&[&str]]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (col, text) in (0..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => page.write_number(row, col, number).unwrap(),
                Err(_) => page.write_string(row, col, *text).unwrap(),
            };
        }
    }
    std::fs::create_dir_all(folder.path(below).parent().unwrap()).unwrap();
    book.save(folder.path(below)).unwrap();
}
