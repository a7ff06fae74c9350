//! `assess explain`: the calculation tree of a unit down to cells, and what a finding code means.

use assess::shared::finding::Code;

use crate::cells::Books;
use crate::forgeries::exchange_units;
use crate::runner::{Folder, Ran, assess, binary, finish};
use crate::small::small;
use crate::verify::rehash;

fn explain(folder: &Folder, what: &[&str]) -> Ran {
    let mut args = vec!["explain"];
    args.extend_from_slice(what);
    args.extend_from_slice(&["-C", folder.shown()]);
    assess(&args)
}

/// A line of the tree: depth, text, and the place it names.
struct Line<'t> {
    depth: usize,
    text: &'t str,
    place: Option<(&'t str, &'t str, &'t str)>,
}

fn lines(out: &str) -> Vec<Line<'_>> {
    out.lines()
        .map(|line| {
            let text = line.trim_start();
            let depth = (line.len() - text.len()) / 2;
            let (text, place) = match text.split_once("<- ") {
                Some((text, place)) => {
                    let (path, spot) = place.trim().rsplit_once(' ').unwrap();
                    let (sheet, cell) = spot.split_once('!').unwrap_or(("", spot));
                    (text.trim(), Some((path, sheet, cell)))
                }
                None => (text, None),
            };
            Line { depth, text, place }
        })
        .collect()
}

#[test]
fn a_unit_is_shown_from_its_total_to_components_classes_leaves_and_cells() {
    let folder = Folder::example("city-2025");
    for name in ["市财政局", "云岚市财政局", "U07"] {
        let ran = explain(&folder, &[name]).ended(0);
        let tree = lines(&ran.out);
        let depth = |words: &str| {
            let found = tree.iter().find(|l| l.text.starts_with(words));
            found.unwrap_or_else(|| panic!("no line {words:?}:\n{}", ran.out)).depth
        };
        assert!(tree[0].text.contains("U07") && tree[0].text.contains("云岚市财政局"));
        let order = [depth("总分"), depth("基础分"), depth("指标考核"), depth("A3"), depth("3.2.3")];
        assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
        let order = [depth("基础分"), depth("述职评议"), depth("党员代表"), depth("平均"), depth("#1 ")];
        assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
        for part in ["92.08", "91.58", "92.84", "90.07", "90.88", "0.50", "JF-20"] {
            assert!(ran.out.contains(part), "{part}");
        }
        let leaves =
            tree.iter().filter(|l| l.text.split(' ').next().is_some_and(|w| w.matches('.').count() == 2)).count();
        assert_eq!(leaves, 22, "every leaf of the model");
    }
    assert!(!folder.has("results"), "explain writes nothing");
}

#[test]
fn every_cell_that_explain_prints_exists_and_leaves_and_marks_have_one() {
    let folder = Folder::example("city-2025");
    let books = Books::new(folder.root());
    for code in ["U01", "U07", "U14", "U15", "U18", "U20"] {
        let ran = explain(&folder, &[code]).ended(0);
        let mut cells = 0;
        for line in lines(&ran.out) {
            let leaf = line.text.split(' ').next().is_some_and(|w| w.matches('.').count() == 2);
            let mark = line.text.starts_with('#');
            assert!(line.place.is_some() || !(leaf || mark), "{code}: no cell: {}", line.text);
            if let Some((path, sheet, cell)) = line.place {
                let book = books.open(path);
                assert!(book.spans(sheet, cell), "{code}: {path} {sheet}!{cell}");
                if let (true, Some(there)) = (mark, book.cell(sheet, cell)) {
                    assert!(line.text.contains(there) || there == "—", "{code}: {} is {there:?}", line.text);
                }
                cells += 1;
            }
        }
        assert!(cells > 60, "{code}: {cells}");
    }
}

#[test]
fn an_indicator_or_a_component_of_a_unit_is_shown_alone() {
    let folder = Folder::example("minimal");
    let leaf = explain(&folder, &["U03", "1.1"]).ended(0);
    assert!(
        leaf.out.contains("20 / 30") && leaf.out.contains("self-reports/U03-市文化馆-自评表.xlsx 自评表!H4"),
        "{}",
        leaf.out
    );
    assert!(!leaf.out.contains("评议票"), "{}", leaf.out);
    let meeting = explain(&folder, &["市文化馆", "meeting"]).ended(0);
    assert!(meeting.out.contains("70.00") && meeting.out.contains("评议票-R4.xlsx 评议票!D6"), "{}", meeting.out);
    assert!(!meeting.out.contains("自评表"), "{}", meeting.out);
}

#[test]
fn the_tree_speaks_both_languages() {
    let folder = small();
    let english = explain(&folder, &["U01", "--lang", "en"]).ended(0).out;
    let chinese = explain(&folder, &["U01", "--lang", "zh"]).ended(0).out;
    assert!(english.contains("90.40") && chinese.contains("90.40"));
    assert!(chinese.contains("总分") && !english.contains("总分"), "{english}");
}

#[test]
fn the_tree_as_json_has_a_schema() {
    let folder = small();
    let document = explain(&folder, &["U01", "--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.explain/1");
    assert_eq!(document["unit"], "U01");
    assert!(document["trace"].is_object());
}

#[test]
fn what_explain_says_is_what_the_version_says() {
    let folder = small();
    let fresh = explain(&folder, &["U02"]).ended(0).out;
    folder.score(&[]).ended(0);
    assert_eq!(explain(&folder, &["U02"]).ended(0).out, fresh);
    assert!(fresh.contains("87.20"), "{fresh}");
}

#[test]
fn a_version_is_explained_as_it_was_even_after_inputs_changed() {
    let folder = small();
    folder.score(&[]).ended(0);
    let before = explain(&folder, &["U03"]).ended(0);
    assert!(before.out.contains("73.20") && before.err.contains("v001"), "{}", before.err);
    folder.write("self-reports/U03.csv", &crate::small::report("U03", 1, 38));
    let after = explain(&folder, &["U03"]).ended(0);
    assert!(after.out == before.out && after.err.contains("v001"), "says which version it explains: {}", after.err);
}

#[test]
fn a_unit_that_is_not_assessed_is_said_to_be_so() {
    let folder = Folder::example("city-2025");
    let ran = explain(&folder, &["市数据集团"]).ended(0);
    assert!(ran.out.contains("不参评") && ran.out.contains("U24"), "{}", ran.out);
}

#[test]
fn a_code_is_explained_in_both_languages_without_a_project() {
    let folder = Folder::empty();
    for (lang, word) in [("zh", "得分超出允许范围"), ("en", "out of range")] {
        for typed in ["E203", "e203"] {
            let mut command = binary();
            command.args(["explain", typed, "--lang", lang]).current_dir(folder.root());
            let ran = finish(&mut command).ended(0);
            assert!(ran.out.contains("E203") && ran.out.contains(word), "{}", ran.out);
        }
    }
}

#[test]
fn every_code_is_explained_in_both_languages() {
    for code in Code::ALL {
        for lang in ["zh", "en"] {
            let ran = assess(&["explain", code.as_str(), "--lang", lang]).ended(0);
            let lines: Vec<&str> = ran.out.lines().filter(|l| !l.trim().is_empty()).collect();
            assert!(lines.len() >= 3, "{code} {lang}: title, reason and remedy: {}", ran.out);
            assert!(lines[0].contains(code.as_str()));
            assert!(!ran.out.contains(['{', '}']), "{code} {lang}: a name is not filled in: {}", ran.out);
        }
    }
}

#[test]
fn an_unknown_name_exits_2_with_the_nearest() {
    let folder = Folder::example("city-2025");
    for lang in ["zh", "en"] {
        let ran = explain(&folder, &["市财局", "--lang", lang]).ended(2);
        assert!(ran.err.contains("市财局") && ran.err.contains("市财政局"), "{}", ran.err);
        assert!(ran.out.is_empty());
        let ran = explain(&folder, &["U07", "2.2.9", "--lang", lang]).ended(2);
        assert!(ran.err.contains("2.2.9") && ran.err.contains("2.2."), "{}", ran.err);
    }
}

#[test]
fn an_unknown_code_exits_2_with_the_nearest_code_not_with_a_missing_project() {
    let folder = Folder::empty();
    let ran = finish(binary().args(["explain", "E230", "--lang", "en"]).current_dir(folder.root())).ended(2);
    assert!(ran.err.contains("E230") && ran.err.contains("E203"), "{}", ran.err);
}

#[test]
fn an_unknown_name_with_nothing_near_does_not_end_in_an_empty_list() {
    let folder = Folder::example("minimal");
    let ran = explain(&folder, &["U03", "zzzzzzzz", "--lang", "en"]).ended(2);
    let said = ran.err.trim_end();
    assert!(said.contains("zzzzzzzz") && !said.ends_with([':', '：']), "{said}");
}

#[test]
fn an_index_that_leads_to_another_unit_is_refused() {
    let folder = small();
    folder.score(&[]).ended(0);
    let path = "results/v001/result.json";
    let whole = folder.text(path);
    let explain = || assess(&["explain", "U01", "-C", folder.shown(), "--lang", "en"]);
    explain().ended(0);
    exchange_units(&folder, path);
    let touched = explain().ended(2);
    assert!(touched.err.contains(path) && touched.err.contains("manifest.json"), "{}", touched.err);
    rehash(&folder, "v001", "result.json");
    // Places that are not in the file, the place of the index itself, and no index at all.
    let (start, _) = whole.rsplit_once(",\n\"index\":").unwrap();
    let others = [
        folder.text(path),
        whole.replacen("\"offset\":", "\"offset\":9", 1),
        whole.replace("\"length\":", "\"length\":18446744073709551615,\"was\":"),
        whole.replace("\"index_at\":", "\"index_at\":1"),
        format!("{start}}}\n"),
    ];
    for forged in others {
        folder.write(path, &forged);
        rehash(&folder, "v001", "result.json");
        let ran = explain().ended(2);
        assert!(ran.err.contains(path) && ran.err.contains("restore it from a backup"), "{}", ran.err);
        let ran = assess(&["verify", "-C", folder.shown()]);
        assert_eq!(ran.code, 1, "{}", ran.out);
    }
}
