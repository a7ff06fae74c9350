//! Rows 10, 14, 15 and 18, and that no name of an input reaches the file system: files as such.

use std::process::Command;

use crate::archive::{book, entry, zip};
use crate::project::Project;

const CSV: &str = "单位,得分\nU1,95\nU2,80\n";

#[test]
fn row_15_owner_files_are_noted_and_the_open_table_is_told() {
    let project = Project::with("a.xlsx", &book().bytes());
    let owner = [b"\x06Zhang \0\0", &[0; 155][..]].concat();
    project
        .write("given/g/~$a.xlsx", &owner)
        .write("given/g/.~lock.a.xlsx#", b",zhang,pc,;")
        .write("given/g/~$b.xlsx", b"x");
    project
        .write("given/g/.DS_Store", b"\0\0\0\x01Bud1")
        .write("given/g/._a.xlsx", b"\0\x05\x16\x07")
        .write("given/g/Thumbs.db", b"x");
    let ran = project.run();
    assert_eq!(ran.scored().warnings(), ["W130", "W130"]);
    assert_eq!(ran.notes().iter().filter(|n| *n == "N111").count(), 3);
    assert_eq!(ran.notes().iter().filter(|n| *n == "N117").count(), 3);
    assert_eq!(ran.first("W130").found.as_deref(), Some("given/g/a.xlsx"));
}

#[cfg(unix)]
#[test]
fn row_14_only_regular_files_inside_the_project_are_opened() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.csv"), CSV).unwrap();
    let project = Project::with("a.csv", CSV.as_bytes());
    let given = project.root().join("given/g");
    symlink(outside.path().join("a.csv"), given.join("外.csv")).unwrap();
    symlink(outside.path(), given.join("夹")).unwrap();
    symlink(given.join("圈.csv"), given.join("圈.csv")).unwrap();
    symlink(given.join("没有"), given.join("空.csv")).unwrap();
    let fifo = given.join("管道.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let ran = project.run();
    assert_eq!(ran.errors(), ["E125"; 5]);
    let titles: Vec<&str> = ran.messages.iter().filter(|m| m.code == "E125").map(|m| m.title.as_str()).collect();
    assert_eq!(titles.iter().filter(|t| t.contains("link")).count(), 4);
    assert_eq!(titles.iter().filter(|t| t.contains("pipe")).count(), 1);
}

#[cfg(unix)]
#[test]
fn row_14_a_link_to_a_file_of_the_project_is_read() {
    let project = Project::empty();
    project.write("原件/a.csv.bak", CSV.as_bytes()).write("given/g/x.md", b"x");
    std::fs::remove_file(project.root().join("given/g/x.md")).unwrap();
    let target = project.root().join("原件/a.csv.bak");
    std::os::unix::fs::symlink(target, project.root().join("given/g/a.csv")).unwrap();
    project.run().scored();
}

#[cfg(unix)]
#[test]
fn row_14_an_input_folder_that_is_a_link_is_told() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.csv"), CSV).unwrap();
    let project = Project::empty();
    std::fs::create_dir(project.root().join("given")).unwrap();
    std::os::unix::fs::symlink(outside.path(), project.root().join("given/g")).unwrap();
    let ran = project.run();
    assert!(ran.errors().contains(&"E125".to_owned()), "{:?}", ran.errors());
    assert_eq!(ran.first("E125").file.as_deref(), Some("given/g"));
}

#[test]
fn no_name_of_an_input_reaches_the_file_system() {
    // Units, sheets and parts with hostile names; scored by the program, which writes a version.
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("项目");
    let names = ["../../甲", "C:\\乙", "CON", "a\u{202E}b", "=cmd|' /C calc'!A0"];
    let rows: String = names.iter().enumerate().map(|(i, name)| format!("U{i},\"{name}\",\"一组/../..\"\n")).collect();
    let scores: String = (0..names.len()).map(|i| format!("U{i},9{i}\n")).collect();
    let good = Project::empty();
    let model = std::fs::read_to_string(good.root().join("assess.toml")).unwrap();
    std::fs::create_dir_all(project.join("given/g")).unwrap();
    std::fs::write(project.join("assess.toml"), model).unwrap();
    std::fs::write(project.join("roster.csv"), format!("单位代码,单位全称,分组\n{rows}")).unwrap();
    std::fs::write(project.join("given/g/a.csv"), format!("单位,得分\n{scores}")).unwrap();
    let mut parts = book().entries();
    parts.push(entry("../../../evil", b"x"));
    std::fs::write(project.join("given/g/~$..xlsx"), zip(&parts)).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).arg("score").arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let written =
        |entry: &walkdir::DirEntry| entry.path().strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
    let mut files: Vec<String> = walkdir::WalkDir::new(folder.path())
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file())
        .map(|e| written(&e))
        .filter(|path| !path.starts_with("项目/given") && path != "项目/assess.toml" && path != "项目/roster.csv")
        .collect();
    files.sort();
    let expected = ["manifest.json", "ratings.csv", "result.json", "result.xlsx"];
    let inside: Vec<&str> = files.iter().filter_map(|f| f.strip_prefix("项目/results/v001/")).collect();
    assert_eq!(inside.iter().filter(|f| expected.contains(f)).count(), expected.len(), "{files:?}");
    assert!(files.iter().all(|f| f.starts_with("项目/results/")), "{files:?}");
    assert!(files.iter().all(|f| f.is_ascii() || f.starts_with("项目/results/")), "{files:?}");
}

#[test]
fn a_refused_file_leaves_the_folder_as_it_was_and_ends_with_1() {
    let project = Project::with("a.xlsx", &book().replace("<v>95</v>", "<v>9<!-- -->5</v>").bytes());
    let ran = Command::new(env!("CARGO_BIN_EXE_assess"))
        .args(["score", "--lang", "en"])
        .arg(project.root())
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("E121") && said.contains("B2") && !said.contains("panicked"), "{said}");
    assert!(!project.root().join("results").exists());
}
