//! Names: of files whose bytes are no text, of folders that look like tables, of units that look like others.

use crate::bench::{Bench, U01};

#[cfg(unix)]
#[test]
fn a_file_whose_name_is_no_text_is_read_and_shown_escaped() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = |bytes: &[u8]| std::ffi::OsStr::from_bytes(bytes).to_owned();
    let bench = Bench::new();
    let folder = bench.path("self-reports");
    // 自评 in GBK.
    std::fs::rename(bench.path(U01), folder.join(name(b"U01-\xD7\xD4\xC6\xC0.xlsx"))).unwrap();
    let ran = bench.run();
    ran.scored("93.33", &[]);
    // A second unit's file whose name differs in such a byte only is another file.
    let own = folder.join("U02-市博物馆-自评表.xlsx");
    std::fs::rename(own, folder.join(name(b"U01-\xD7\xD4\xC6\xC1.xlsx"))).unwrap();
    let ran = bench.run();
    ran.scored("93.33", &["W320 A3"]);
    assert_eq!(ran.first("W320").file.as_deref(), Some("self-reports/U01-%D7%D4%C6%C1.xlsx"));
    // A name that is spelled as the other one is shown.
    std::fs::copy(folder.join("U03-市文化馆-自评表.xlsx"), folder.join("U01-%D7%D4%C6%C1.xlsx")).unwrap();
    let ran = bench.run();
    let files: Vec<&str> = ran.messages.iter().filter_map(|m| m.file.as_deref()).collect();
    assert!(files.contains(&"self-reports/U01-%25D7%25D4%25C6%25C1.xlsx"), "{files:?}");
}

#[test]
fn a_folder_in_the_place_of_a_table_is_called_a_folder() {
    for name in ["roster.xlsx", "raters.xlsx"] {
        let bench = Bench::new();
        let path = bench.path(name);
        if path.exists() {
            std::fs::remove_file(&path).unwrap();
        }
        std::fs::create_dir(&path).unwrap();
        let ran = bench.run();
        assert!(ran.totals.is_empty(), "{name}");
        assert!(ran.first("E125").title.contains("文件夹"), "{}", ran.first("E125").title);
    }
}

#[test]
fn units_that_look_alike_are_named_together() {
    let roster = |second: &str| {
        let bench = Bench::new();
        std::fs::remove_file(bench.path("roster.xlsx")).unwrap();
        let list = format!("单位代码,单位全称,分组\nU01,云岚市图书馆,直属\n{second},直属\nU03,云岚市文化馆,直属\n");
        bench.write("roster.csv", list.as_bytes());
        bench.run()
    };
    for second in ["UO1,云岚市博物馆", "U0l,云岚市博物馆", "U0I,云岚市博物馆", "U02,云岚巿图书馆"]
    {
        let ran = roster(second);
        let message = ran.first("W321");
        let found = message.found.clone().unwrap_or_default();
        assert!(found.contains("U01 云岚市图书馆") && found.contains(&second.replace(',', " ")), "{found}");
    }
    assert!(roster("U02,云岚市博物馆").messages.iter().all(|m| m.code != "W321"));
}
