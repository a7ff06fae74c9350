//! Text of inputs stays text (SPEC §11, §14): no formula, link, field or command of a terminal in anything that is written
//! or printed, whatever people type into names, words, remarks, file names and sheet names.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::runner::{Folder, Ran, assess};

/// What a spreadsheet, a browser or a terminal would obey; a label is put behind each.
const EVIL: [&str; 20] = [
    "=cmd|'/C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    " =2+2",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "http://evil.example/",
    "mailto:a@evil.example",
    "internal:A1",
    "javascript:alert(1)",
    "&\"x\"&A&F &[File]&P",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{202e}gpj\u{200b}\u{85}\u{9b}2J",
    "'=1+1",
    "_x001B_[2J<b>&amp;]]>",
];

/// The texts in turn, each made a name of its own; control characters, which cells may not hold, only where asked for.
pub(crate) struct Texts(pub(crate) usize, pub(crate) Control);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Kept,
    LeftOut,
}

impl Texts {
    pub(crate) fn next(&mut self, label: &str) -> String {
        self.0 += 1;
        let kept = |c: &char| self.1 == Control::Kept || !c.is_control() || *c == '\t';
        let text: String = EVIL[self.0 % EVIL.len()].chars().filter(kept).collect();
        format!("{text}{label}{}", self.0)
    }

    /// As a text of TOML, whose escapes are those of JSON.
    fn toml(&mut self, label: &str) -> String {
        serde_json::to_string(&self.next(label)).unwrap().replace('\u{7f}', "\\u007f").replace('\u{85}', "\\u0085")
    }
}

fn model(texts: &mut Texts) -> String {
    let mut t = |label: &str| texts.toml(label);
    format!(
        "[assessment]\ntitle = {}\nperiod = \"2025\"\nissuer = {}\nlanguage = \"zh\"\nas_of = \"2026-01-20\"\nsecrecy = false\n\
         [[line]]\ncode = \"L1\"\nname = {}\n[[aspect]]\ncode = \"A1\"\nname = {}\npoints = 100\n\
         [[indicator]]\ncode = \"1.1\"\nline = \"L1\"\naspect = \"A1\"\nitem = {}\nname = {}\npoints = 50\nrule = \"扣分\"\n\
         params = \"每次=2\"\nstandard = {}\ndepartment = {}\n\
         [[indicator]]\ncode = \"=1.2\"\nline = \"L1\"\naspect = \"A1\"\nname = {}\npoints = 50\nrule = \"比率\"\n\
         params = \"in=part;from=ledger\"\n\
         [[component]]\nid = \"indicators\"\nname = {}\nweight = 60\nkind = \"indicators\"\n\
         [[component]]\nid = \"meeting\"\nname = {}\nweight = 30\nkind = \"ballots\"\nrates = \"unit\"\n\
         levels = {{ {level} = 100, \"较好\" = 80 }}\n[[component.class]]\nid = \"P1\"\nname = {}\nweight = 100\n\
         [[component]]\nid = \"given\"\nname = {}\nweight = 10\nkind = \"given\"\n\
         [self_report]\nmissing = \"zero\"\nunverified = \"self\"\n\
         [[adjustment]]\ncode = \"J1\"\nname = {}\nkind = \"bonus\"\npoints = 2\nclause = {}\n\
         [[grade]]\nname = {}\nat_least = 90\nquota = {{ share = 40 }}\n[[grade]]\nname = {}\nat_least = 0\n\
         [feedback]\naccept_exposed = {}\n",
        t("题"),
        t("发"),
        t("线"),
        t("面"),
        t("二"),
        t("三"),
        t("标"),
        t("责"),
        t("率"),
        t("组"),
        t("评"),
        t("类"),
        t("给"),
        t("加"),
        t("款"),
        t("优"),
        t("差"),
        t("许"),
        level = serde_json::to_string(LEVEL).unwrap(),
    )
}

const LEVEL: &str = "=好";

/// Fields as a line of csv.
pub(crate) fn line(fields: &[&str]) -> String {
    let quoted: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
    quoted.join(",") + "\n"
}

/// A project whose every text is hostile; it can be scored.
pub(crate) fn hostile() -> Folder {
    let (folder, mut texts) = (Folder::empty(), Texts(0, Control::LeftOut));
    folder.write("assess.toml", &model(&mut Texts(0, Control::LeftOut)));
    let mut roster = "单位代码,单位全称,简称,分组,联系人,电话,书记姓名,=属性\n".to_owned();
    let group = texts.next("组");
    for code in ["-U1", "U2", "U3"] {
        let mut t = |label: &str| texts.next(label);
        let fields = [t("单位"), t("简"), group.clone(), t("人"), t("电"), t("书"), t("属")];
        roster += &line(&[&[code][..], &fields.each_ref().map(String::as_str)[..]].concat());
    }
    folder.write("roster.csv", &roster);
    for code in ["-U1", "U2"] {
        let mut t = |label: &str| texts.next(label);
        let head = line(&["单位代码", code]) + "指标代码,完成值,自评得分,佐证,核定值,核定得分,核定说明\n";
        let row = line(&["1.1", "1", "48", &t("证"), "1", "48", &t("说")]);
        folder.write(&format!("self-reports/{}%20#1 ={code}.csv", "@SUM(1)"), &(head + &row));
        let head = line(&["单位代码", code]) + "问题编号,问题描述,销号状态,销号日期,审核人,备注\n";
        let rows = line(&[&t("号"), &t("问题"), "已销号", "2025-06-30", &t("审"), &t("注")])
            + &line(&[&t("号"), &t("问题"), "", "", "", ""]);
        folder.write(&format!("ledgers/+{code}.csv"), &(head + &rows));
    }
    let mut ballots = "评议主体,评委编号,单位,评价\n".to_owned();
    for rater in 0..2 {
        let id = texts.next("委");
        for code in ["-U1", "U2", "U3"] {
            ballots += &line(&["P1", &id, code, if rater == 0 { LEVEL } else { "较好" }]);
        }
    }
    folder.write("ballots/meeting/=票.csv", &ballots);
    folder.write("given/given/分.csv", "单位,得分\n-U1,90\nU2,80\nU3,70\n");
    register(&folder, &mut texts);
    folder
}

/// A register as a workbook whose sheet has a hostile name.
fn register(folder: &Folder, texts: &mut Texts) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("=1+1 &A #%").unwrap();
    let header = [
        "编号",
        "单位",
        "代码",
        "事由",
        "审定分值",
        "文件名称",
        "文号",
        "发文单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ];
    for (column, word) in (0..).zip(header) {
        sheet.write_string(0, column, word).unwrap();
    }
    for (row, (unit, state)) in (1..).zip([("U2", "工委审定"), ("U3", "拟提"), ("U3", "工委审定")]) {
        let mut t = |label: &str| texts.next(label);
        let id = format!("={row}");
        let cells = [
            id,
            unit.to_owned(),
            "J1".to_owned(),
            t("由"),
            "2".to_owned(),
            t("文"),
            t("号"),
            t("位"),
            "2025-03-05".to_owned(),
            state.to_owned(),
            t("审"),
            t("注"),
        ];
        for (column, text) in (0..).zip(cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, text).unwrap(),
            };
        }
    }
    fs::create_dir_all(folder.path("registers")).unwrap();
    book.save(folder.path("registers/=表.xlsx")).unwrap();
}

/// The same with faults whose findings quote hostile text.
fn broken() -> Folder {
    let folder = hostile();
    let mut texts = Texts(100, Control::Kept);
    for number in 0..EVIL.len() {
        let mut t = |label: &str| texts.next(label);
        let head = line(&["单位", &t("不是单位")]) + "指标代码,完成值,自评得分,佐证,核定值,核定得分,核定说明\n";
        let rows = line(&[&t("指标"), &t("值"), &t("分"), "", "", "", ""]);
        folder.write(&format!("self-reports/=坏{number}.csv"), &(head + &rows));
        let row = line(&["P1", &t("委"), &t("单位"), &t("评")]);
        folder.append("ballots/meeting/=票.csv", row.trim_end());
    }
    for name in ["javascript:alert(1).xlsx", "=1+1 .csv", "-x\u{202e}.csv", "a\u{1b}[31m.csv"] {
        folder.write(name, "x\n");
    }
    folder
}

/// What is printed holds nothing that a terminal obeys; csv holds nothing that a spreadsheet runs; JSON is JSON.
pub(crate) fn check_printed(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        let bad = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        let found = text.replace("\r\n", "\n").chars().position(bad);
        assert!(
            found.is_none(),
            "{what}: {:?}",
            text.chars().skip(found.unwrap().saturating_sub(40)).take(80).collect::<String>()
        );
    }
}

/// Whether a spreadsheet would run a field of a csv file.
fn is_run(field: &str) -> bool {
    let bare = field.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{202e}');
    field.starts_with(['\t', '\r'])
        || bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && bare.parse::<f64>().is_err()
}

pub(crate) fn check_csv(bytes: &[u8], what: &str) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut count = 0;
    for record in csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes).records() {
        for field in &record.unwrap() {
            assert!(!is_run(field), "{what}: {field:?}");
            count += 1;
        }
    }
    assert!(count > 0, "{what}");
}

/// The parts of a workbook.
pub(crate) fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.insert(part.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned());
    }
    parts
}

/// The texts between a tag that begins so and its end.
fn between<'x>(xml: &'x str, from: &str, to: &str) -> Vec<&'x str> {
    xml.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

fn unescaped(xml: &str) -> String {
    xml.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn check_workbook(path: &Path) {
    let what = path.display();
    let parts = parts(path);
    let sheets = between(&parts["xl/workbook.xml"], "<sheet name=\"", "\"");
    for (name, xml) in &parts {
        for risky in ["externalLink", "ddeLink", "vbaProject", "activeX", "embeddings", "connections", "macrosheet"] {
            assert!(!name.contains(risky), "{what}: {name}");
        }
        assert!(!xml.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')), "{what}: {name}");
        if name.ends_with(".rels") {
            check_targets(path, xml);
        }
        let Some(number) = name.strip_prefix("xl/worksheets/sheet").and_then(|rest| rest.strip_suffix(".xml")) else {
            continue;
        };
        let sheet = sheets[number.parse::<usize>().unwrap() - 1];
        if sheet != "核算" {
            for formula in between(xml, "<f>", "</f>") {
                let own = formula.starts_with("SUM(") || formula.starts_with("COUNTIF(");
                let plain = |c: char| c.is_ascii_alphanumeric() || "(),:;\"&quot".contains(c);
                assert!(own && formula.chars().all(plain), "{what} {sheet}: {formula}");
            }
        }
        for list in between(xml, "<formula1>", "</formula1>") {
            let plain = |c: char| c.is_ascii_alphanumeric() || "'_!$:.".contains(c);
            assert!(list.chars().all(plain) || list == "\"是,否\"" || list == "\"yes,no\"", "{what} {sheet}: {list}");
        }
        for tag in ["oddHeader", "oddFooter"] {
            for text in between(xml, &format!("<{tag}>"), &format!("</{tag}>")) {
                check_fields(&unescaped(text), &format!("{what} {sheet}"));
            }
        }
    }
    let names = between(&parts["xl/workbook.xml"], "<definedName ", "</definedName>");
    for name in names {
        assert!(
            ["_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"].iter().any(|own| name.contains(own)),
            "{what}: {name}"
        );
    }
}

/// The targets of links are files of the project, and nothing else.
fn check_targets(path: &Path, rels: &str) {
    for rel in between(rels, "<Relationship ", "/>").into_iter().filter(|rel| rel.contains("External")) {
        let target = between(rel, "Target=\"", "\"")[0];
        let target = unescaped(target).replace("%20", " ");
        assert!(!target.contains([':', '%', '#', '\\']), "{}: {target}", path.display());
        assert!(path.parent().unwrap().join(&target).is_file(), "{}: {target}", path.display());
    }
}

/// Page number and fonts are the only fields of a page header or footer; every other `&` is a doubled one.
fn check_fields(text: &str, what: &str) {
    let rest = text.replace("&&", "");
    for code in rest.split('&').skip(1) {
        let own = ["L", "C", "R", "P", "\"", "9", "14"].iter().any(|own| code.starts_with(own));
        assert!(own, "{what}: {text}");
    }
}

pub(crate) fn check_written(folder: &Folder, inputs: &[String]) {
    let written: Vec<String> = folder.tree().into_keys().filter(|path| !inputs.contains(path)).collect();
    for path in &written {
        match Path::new(path).extension().and_then(|e| e.to_str()) {
            Some("xlsx") => check_workbook(&folder.path(path)),
            Some("csv") => check_csv(&folder.bytes(path), path),
            _ => {}
        }
    }
    assert!(written.iter().any(|path| path.ends_with(".xlsx")), "{written:?}");
}

/// Every command, by words before and names behind the options.
const COMMANDS: [(&[&str], &[&str]); 8] = [
    (&["check", "-v"], &[]),
    (&["check", "--report"], &[]),
    (&["check", "--receipts"], &[]),
    (&["template"], &[]),
    (&["score", "-v", "--reason", "=1+1"], &[]),
    (&[], &[]),
    (&["explain"], &["-U1"]),
    (&["explain"], &["U2", "=1.2"]),
];

/// Runs every command in every format and language; all of them end so, but explaining what cannot be scored.
fn run_all(folder: &Folder, code: i32) {
    let inputs: Vec<String> = folder.tree().into_keys().collect();
    let report = folder.path("报告=1.xlsx");
    for (words, names) in COMMANDS {
        for (format, lang) in ["table", "csv", "json"].into_iter().flat_map(|f| [(f, "zh"), (f, "en")]) {
            let mut args = words.to_vec();
            if args.contains(&"--report") {
                args.push(report.to_str().unwrap());
            }
            args.extend(["-C", folder.shown(), "--format", format, "--lang", lang]);
            if !names.is_empty() {
                args.push("--");
                args.extend(names);
            }
            let ran = assess(&args);
            let what = format!("{args:?}");
            assert!([0, code].contains(&ran.code), "{what}: {} {}", ran.code, ran.err);
            check_printed(&ran, &what);
            match format {
                "json" if !ran.out.is_empty() => drop(ran.json()),
                "csv" if !ran.out.is_empty() && names.is_empty() => check_csv(ran.out.as_bytes(), &what),
                _ => {}
            }
        }
    }
    check_written(folder, &inputs);
    let links = parts(&report).into_iter().filter(|(name, _)| name.ends_with(".rels"));
    let links = links.map(|(_, xml)| xml.matches("External").count()).sum::<usize>();
    assert!(links > 0, "files with plain names are linked");
}

#[test]
fn a_hostile_project_is_scored_and_everything_written_is_text() {
    let folder = hostile();
    let ran = folder.score(&[]);
    check_printed(&ran, "score");
    assert_eq!(ran.code, 0, "{}", ran.err);
    run_all(&folder, 0);
    let ratings = folder.text("results/v001/ratings.csv");
    assert!(ratings.contains("'=好") && ratings.contains("'-U1"), "{ratings}");
    let explained = assess(&["explain", "U2", "-C", folder.shown()]).ended(0);
    assert!(explained.out.contains("\\u{1b}") || explained.out.contains("\\u{202e}"), "{}", explained.out);
}

#[test]
fn findings_quote_hostile_text_as_text() {
    let folder = broken();
    let ran = folder.run("check", &[]).ended(1);
    for code in ["E307", "E313", "W116"] {
        assert!(ran.err.contains(code), "{code}\n{}", ran.err);
    }
    run_all(&folder, 1);
}

#[test]
fn the_next_year_is_begun_without_hostile_fields() {
    let (folder, place) = (hostile(), Folder::empty());
    folder.score(&[]).ended(0);
    let target = place.path("=2026");
    for format in ["table", "csv", "json"] {
        let _ = fs::remove_dir_all(&target);
        let ran = assess(&["init", target.to_str().unwrap(), "--from", folder.shown(), "--format", format]).ended(0);
        check_printed(&ran, format);
        if format == "csv" {
            check_csv(ran.out.as_bytes(), "init");
        }
    }
    check_written(&place, &["roster.csv".to_owned(), "=2026/roster.csv".to_owned()]);
    let ledgers: Vec<String> = place.tree().into_keys().filter(|path| path.contains("/ledgers/")).collect();
    assert_eq!(ledgers.len(), 2, "one open problem each of two units: {ledgers:?}");
}

#[test]
fn control_characters_in_the_model_are_refused_and_shown_escaped() {
    let folder = hostile();
    folder.write("assess.toml", &model(&mut Texts(0, Control::Kept)));
    let ran = folder.run("check", &["--lang", "en"]).ended(2);
    check_printed(&ran, "check");
    assert!(ran.err.contains("E504") && ran.err.contains("text without control characters"), "{}", ran.err);
    assert!(ran.err.contains("\\u{1b}[31mred\\u{1b}]0;title\\u{7}"), "{}", ran.err);
}
