//! Fractions in the model: shares of the whole and points that no decimal states exactly (SPEC §19.5).

use crate::support::{GIVEN, NUMBERS, Project, panel};

#[test]
fn weights_may_be_fractions_and_add_up_exactly() {
    let rate = |weights: [&str; 3]| {
        let votes = "R/a U1=9\nS/a U1=8\nT/a U1=9";
        let written = |text: String, (at, weight): (usize, &&str)| {
            text.replace(&format!("weight = {at}\n"), &format!("weight = {weight}\n"))
        };
        let model = weights.iter().enumerate().fold(panel(NUMBERS, "R=0 S=1 T=2"), written);
        Project::new(&model).units("U1").ballots(votes).score().exact_rate("U1", "b")
    };
    // (90 + 80 + 90)/3
    assert_eq!(rate(["\"1/3\"", "\"1/3\"", "\"1/3\""]), "260/3");
    // 90/2 + 80/3 + 90/6
    assert_eq!(rate(["50", "\"1/3\"", "\"16 2/3%\""]), "260/3");
    let parts = |first: &str, second: &str| {
        let of = |id: &str, weight: &str| GIVEN.replace("\"g\"", &format!("\"{id}\"")).replace("100", weight);
        let model = format!("{}{}", of("g", first), of("h", second));
        let project = Project::new(&model).units("U1").given("U1,90");
        project.file("given/h/scores.csv", "单位,得分\nU1,60").run()
    };
    // 2/3 · 90 + 1/3 · 60 = 80
    for (first, second) in [("\"2/3\"", "\"1/3\""), ("\"66 2/3%\"", "\"33 1/3%\""), ("\"4/6\"", "\"100/3 %\"")] {
        let run = parts(first, second);
        assert_eq!((run.errors(), run.exact_base("U1").as_str()), (vec![], "80/1"), "{first} {second}");
    }
    // 66.67 and 33.33 add up to 100 as well, but are not what was meant.
    let run = parts("66.67", "33.33");
    let told: Vec<_> =
        run.of("W530").iter().map(|m| (m.found.as_deref().unwrap(), m.expected.as_deref().unwrap())).collect();
    assert_eq!(told, [("66.67", "weight = \"2/3\""), ("33.33", "weight = \"1/3\"")]);
    assert!(run.at("W530").starts_with("assess.toml 4:"), "{}", run.at("W530"));
    assert!(!parts("62.5", "37.5").has("W530"), "eighths are exact");
}

#[test]
fn a_third_of_nine_places_is_three() {
    let places = |share: &str| {
        let grades = format!(
            "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = {{ share = {share} }}\n[[grade]]\nname = \"达标\"\nat_least = 0\n"
        );
        let totals = "U1=99 U2=98 U3=97 U4=96 U5=95 U6=94 U7=93 U8=92 U9=91";
        let run = Project::totals(totals, &grades).score();
        assert_eq!(run.has("W530"), share == "33.33");
        run.outcome().quotas[0].seats.places
    };
    // floor(1/3 · 9) = 3; floor(0.3333 · 9) = floor(2.9997) = 2
    assert_eq!((places("\"1/3\""), places("\"33 1/3%\""), places("33.33")), (3, 3, 2));
}

#[test]
fn points_may_be_fractions() {
    let levels = "levels = { \"好\" = 1, \"中\" = \"1/3\", \"差\" = 0 }\nfull = 1\n";
    let run = Project::new(&panel(levels, "R=100")).units("U1").ballots("R/a U1=好\nR/b U1=中").score();
    assert_eq!(run.exact_rate("U1", "b"), "200/3"); // (1 + 1/3)/2
    let tree = "[[line]]\ncode = \"L1\"\nname = \"线\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = \"100/3\"\n\
        [[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = \"66 2/3\"\n";
    let leaf = |code: &str, aspect: &str, points: &str| {
        format!(
            "[[indicator]]\ncode = \"{code}\"\nline = \"L1\"\naspect = \"{aspect}\"\nname = \"{code}\"\npoints = {points}\nrule = \"比率\"\nparams = \"in=percent\"\n"
        )
    };
    let leaves = format!("{}{}", leaf("X", "A1", "\"100/3\""), leaf("Y", "A2", "\"200/3\""));
    let run = Project::new(&format!("{tree}{leaves}")).units("U1").report("U1", "X,60%,,,60%\nY,90%,,,90%").score();
    // 0.6 · 100/3 + 0.9 · 200/3 = 80
    assert_eq!(
        (run.total("U1"), run.leaf("U1", "Y").verified.clone().unwrap().0.fraction().as_str()),
        ("80.00", "60/1")
    );
    // The same points from a table.
    let table = "指标代码,线,方面,三级指标,分值,计分方式,参数\nX,L1,A1,甲,100/3,比率,in=percent\nY,L1,A2,乙,66 2/3,比率,in=percent\n";
    let run = Project::new(&format!("# [[indicator]]: in the table\n{tree}")).file("indicators.csv", table);
    assert_eq!(run.units("U1").report("U1", "X,60%,,,60%\nY,90%,,,90%").score().total("U1"), "80.00");
}

#[test]
fn a_bar_on_a_rate_may_be_a_fraction() {
    let held = |total: &str, bar: &str| {
        let cap = format!(
            "[[cap]]\ncode = \"C\"\nname = \"短板\"\nat_most = \"达标\"\nwhen = {{ rate = \"A1\", below = {bar} }}\n"
        );
        Project::totals(&format!("U1={total}"), &cap).score().caps("U1") == ["C"]
    };
    // 66.66 < 66 2/3 < 66.67
    assert!(held("66.66", "\"2/3\"") && !held("66.67", "\"66 2/3%\""));
}

#[test]
fn what_is_no_fraction_or_has_none_is_an_error_at_its_key() {
    for (section, key) in [
        ("[score]\ndecimals = \"1/2\"\n", "decimals"),
        ("[score]\nfull = \"1/0\"\n", "full"),
        ("[score]\nfull = \"50%\"\n", "full"),
        ("[common_problem]\nrate = \"66 2/3\"\n", "rate"),
        ("[common_problem]\nrate = \"50%\"\n", "rate"),
        ("[common_problem]\nrate = \"4/3\"\n", "rate"),
        ("[carry_over]\nshare = \"a third\"\n", "share"),
    ] {
        let run = Project::new(&format!("{section}{GIVEN}")).units("U1").given("U1,9").run();
        assert_eq!((run.is_stopped(), run.errors()), (true, vec!["E504"]), "{section}");
        assert!(run.at("E504").starts_with("assess.toml 2:"), "{section} {}", run.at("E504"));
        assert!(run.of("E504")[0].title.contains(key), "{section} {}", run.of("E504")[0].title);
    }
    // A share below 1 % that is written as a fraction is meant.
    let share =
        |share: &str| Project::new(&format!("[carry_over]\nshare = {share}\n{GIVEN}")).units("U1").given("U1,9").run();
    assert!(share("0.5").has("W515") && !share("\"1/2%\"").has("W515") && !share("\"1/200\"").has("W515"));
}
