//! Dates as offices and programs write them, and lists whose items stand in lines of their own.

use crate::bench::{Bench, Ran, U01};

const REGISTER: &str = "registers/加减分登记.xlsx";

/// The example with another document date of its approved adjustment; J3 says 2025-06-18 or the like.
fn dated(text: &str) -> Ran {
    Bench::new().text(REGISTER, "K3", text).run()
}

#[test]
fn a_date_may_have_a_time_of_day_and_its_weekday() {
    let days = [
        "2025-06-17 00:00:00",
        "2025-06-17T08:30:00",
        "2025/6/17 0:00",
        "20250617",
        "2025年6月17日（星期二）",
        "2025-06-17 周二",
        "2025年6月17日 星期二 10:00",
    ];
    for day in days {
        dated(day).scored("93.33", &[]);
    }
    // Typed as a number.
    Bench::new().cell(REGISTER, "K3", "", "<v>20250617</v>").run().scored("93.33", &[]);
}

#[test]
fn what_is_no_date_is_an_error_at_its_cell() {
    for day in [
        "2025年6月17日（星期三）",
        "2025-06-17 周日",
        "2025-06-17 25:00",
        "2025-06-17T16:00:00Z",
        "2025 0617",
        "20250631",
        "6月17日",
    ] {
        dated(day).rejected(&["E610 K3"]);
    }
    Bench::new().cell(REGISTER, "K3", "", "<v>45825.5</v>").run().rejected(&["E610 K3"]);
}

/// The example with another rule of its first indicator, a verified value for the first unit and none missed by the others.
fn ruled(rule: &str, params: &str, value: &str, other: &str) -> Ran {
    let bench = Bench::new();
    let model = std::fs::read_to_string(bench.path("assess.toml")).unwrap();
    let model = model.replacen("rule = \"扣分\"", &format!("rule = \"{rule}\""), 1);
    let start = model.find("params = \"每次=2\"").unwrap();
    let model = format!("{}params = \"{params}\"{}", &model[..start], &model[start + "params = \"每次=2\"".len()..]);
    bench.write("assess.toml", model.as_bytes());
    bench.text(U01, "H4", value).text(U01, "E4", value);
    for unit in ["self-reports/U02-市博物馆-自评表.xlsx", "self-reports/U03-市文化馆-自评表.xlsx"] {
        bench.text(unit, "H4", other).text(unit, "E4", other);
    }
    bench.run()
}

fn total(ran: &Ran) -> &str {
    ran.totals.get("U01").map_or_else(|| panic!("{:#?}", ran.messages), String::as_str)
}

#[test]
fn every_line_of_a_list_is_an_item() {
    // 30 − 2 × 2 − 1 × 3 = 23: 0.6 × (23 + 48 + 16) + 0.4 × 280/3 + 2.
    for value in ["缺项2\n程序1", "缺项2\r\n程序1\n", "缺项 2\n\n程序：1次", "缺项2；\n程序1", "缺项\n2；程序1"]
    {
        assert_eq!(total(&ruled("扣分", "缺项=2;程序=3", value, "0")), "91.53", "{value:?}");
    }
    // Digits of two lines are not one number.
    for value in ["缺项2\n1", "缺项1\n2；程序1", "缺项2\n其他1"] {
        let ran = ruled("扣分", "缺项=2;程序=3", value, "0");
        assert!(
            ran.totals.is_empty() && ran.errors().iter().any(|e| e.ends_with(" H4")),
            "{value:?}: {:?}",
            ran.errors()
        );
    }
}

#[test]
fn a_number_beyond_all_scores_is_not_called_an_error_value() {
    let ran = Bench::new().cell(U01, "H5", "", "<v>1e308</v>").run();
    ran.rejected(&["E213 H5"]);
    assert_eq!(ran.first("E213").found.as_deref(), Some("1e308"));
}
