//! A project of two units that every writing command has something to do in, and what is typed.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::Case;

const MODEL: &str = r#"[assessment]
title = "小项目"
period = "2025"
issuer = "测试工委"
as_of = "2026-01-20"

[[line]]
code = "L1"
name = "政治线"

[[aspect]]
code = "A1"
name = "责任"
points = 100

[[component]]
id = "g"
name = "日常"
weight = 100
kind = "given"

[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "指标"
points = 100
rule = "核定"

[[adjustment]]
code = "J1"
name = "表彰"
kind = "bonus"
points = 2

[[grade]]
name = "优秀"
at_least = 90
quota = { share = 50 }

[[grade]]
name = "达标"
at_least = 0
"#;

const HEADER: &str = "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n";

/// Folders in which something was done already.
pub(crate) struct Made {
    empty: TempDir,
    fresh: TempDir,
    apart: TempDir,
    scored: TempDir,
    drafted: TempDir,
    changed: TempDir,
    token: String,
}

fn write(folder: &Path, below: &str, text: &str) {
    let path = folder.join(below);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn fresh() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "assess.toml", MODEL);
    write(folder.path(), "roster.csv", "单位代码,单位全称,分组\nU01,测试市图书馆,场馆\nU02,测试市博物馆,场馆\n");
    write(folder.path(), "given/g/得分.csv", "单位,得分\nU01,91\nU02,80\n");
    write(folder.path(), "registers/加减分.csv", HEADER);
    folder
}

impl Made {
    /// Makes the folders; `run` gives a command to the program.
    pub(crate) fn new(run: impl Fn(&Path, &[&str])) -> Self {
        let (empty, scored, drafted, changed) = (tempfile::tempdir().unwrap(), fresh(), fresh(), fresh());
        write(empty.path(), "new/.keep", "");
        run(scored.path(), &["score", "{}", "-q"]);
        run(drafted.path(), &["score", "{}", "--draft", "-q"]);
        run(drafted.path(), &["template", "{}", "-q"]);
        write(drafted.path(), "given/g/得分.csv", "单位,得分\nU01,92\nU02,80\n");
        fs::write(
            drafted.path().join("roster.csv"),
            "单位代码,单位全称,分组\nU01,测试市图书馆,场馆\nU02,测试市博物院,场馆\n",
        )
        .unwrap();
        run(changed.path(), &["score", "{}", "-q"]);
        let row = "1,U02,J1,先进,,2,2,表彰决定,省〔2025〕1号,省厅,2025-06-18,工委审定,工委〔2026〕1号,\n";
        write(changed.path(), "registers/加减分.csv", &format!("{HEADER}{row}"));
        let token = token(changed.path());
        let apart = tempfile::tempdir().unwrap();
        fs::rename(fresh().path(), apart.path().join("p")).unwrap();
        Self { empty, fresh: fresh(), apart, scored, drafted, changed, token }
    }

    /// Every writing command.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let case = |name, before: &TempDir, args: &[&str], again| Case {
            name,
            args: args.iter().chain(&["-q"]).map(|arg| (*arg).to_owned()).collect(),
            before: before.path().to_path_buf(),
            again,
            plain: false,
        };
        let (fresh, scored, drafted, changed) = (&self.fresh, &self.scored, &self.drafted, &self.changed);
        let mark = ["-C", "{}", "mark", "v001", "工委审定", "--document", "纪要", "--date", "2026-02-01"];
        let mut cases = vec![
            case("score", fresh, &["score", "{}"], true),
            case("score --reason", changed, &["score", "{}", "--reason", "审定"], true),
            case("score --draft", fresh, &["score", "{}", "--draft"], true),
            case("score --draft again", drafted, &["score", "{}", "--draft"], true),
            case("score --public", scored, &["score", "{}", "--public", "{}/公示.xlsx"], true),
            case("regrade", changed, &["regrade", "{}", "--apply", &self.token, "--reason", "审定"], false),
            case("mark", scored, &mark, false),
            case("feedback", scored, &["feedback", "{}"], true),
            case("feedback of a draft", drafted, &["feedback", "{}", "--period", "上半年"], true),
            case("suggest", scored, &["suggest", "{}"], true),
            case("template", fresh, &["template", "{}", "--kind", "register"], true),
            case("template again", drafted, &["template", "{}", "--kind", "given"], true),
            // Within the project a second report would list the first one among its files.
            case("check --report", &self.apart, &["check", "{}/p", "--report", "{}/报告.xlsx"], true),
            case("check --receipts", fresh, &["check", "{}", "--receipts"], true),
            case("compare", scored, &["compare", "-C", "{}", "v001", "v001", "--report", "{}/比较.xlsx"], true),
            case("init", &self.empty, &["init", "{}/2026"], false),
            case("init into a folder", &self.empty, &["init", "{}/new"], false),
            case("man into a folder", &self.empty, &["man", "{}/new"], false),
        ];
        for (name, args) in [
            ("score --draft by two renames", ["score", "{}", "--draft"]),
            ("template by two renames", ["template", "{}", "--kind=given"]),
        ] {
            cases.push(Case { plain: true, ..case(name, drafted, &args, true) });
        }
        cases
    }
}

/// The token of a preview.
fn token(folder: &Path) -> String {
    let project = assess::read::Project::find(folder).unwrap();
    let (manifest, hash) = assess::publish::manifest(&project.root, "v001").unwrap();
    assert_eq!(manifest.version, "v001");
    let bytes = fs::read(project.root.join("results/v001/result.json")).unwrap();
    let old: assess::result::outcome::Outcome = serde_json::from_slice(&bytes).unwrap();
    let (proposals, method) = (assess::check::Proposals::AsTheyStand, assess::pipeline::regrade::Method::Fixed);
    match assess::pipeline::regrade::regrade(&project, &old, proposals, method).unwrap() {
        assess::pipeline::regrade::Ended::Done(done) => {
            assess::result::regrade::Token::of(&hash, &done.files.0, &done.model.hash).to_string()
        }
        _ => panic!("no re-grade"),
    }
}
