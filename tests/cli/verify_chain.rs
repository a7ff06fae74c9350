//! A long chain of versions, made by `score` and `regrade` in turn, stays verifiable to its first link.

use crate::regrade_story::project;
use crate::runner::{Folder, assess, list, str_of};
use crate::small::{REGISTER_FILE, small};

/// What happens before each version: a file, its text, and whether a re-grade can take it up.
const STEPS: [(&str, &str, bool); 7] = [
    (
        "registers/二.csv",
        "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n\
         11,U01,J1,事一,,2,2,通报,文11,市办,2025-05-01,工委审定,审11,\n",
        true,
    ),
    (
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\nG1,U01,1.1,36,38,复核,工委〔2026〕4号,工委审定\n",
        true,
    ),
    ("opinions/意见.csv", "责任部门,单位,意见,说明\n组织部,U02,不同意,偏低\n组织部,U01,同意,\n", false),
    (
        "self-reports/U03.csv",
        "单位代码,U03\n指标代码,三级指标,分值,完成值,自评得分,佐证,核定值,核定得分,核定说明\n\
         1.1,学习次数,40,4,32,会议记录,4,,\n2.1,任务完成率,60,90%,54,统计表,90%,,补充材料\n",
        false,
    ),
    (
        "registers/等次审定.csv",
        "编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态\nD1,U03,暂缓,,,,工委〔2026〕5号,2026-01-15,工委审定\n",
        true,
    ),
    (
        "registers/复核申请.csv",
        "编号,单位,位置,诉求,收到日期,结论,文号\nF1,U02,总分,再看,2026-01-16,驳回,工委〔2026〕6号\n",
        true,
    ),
    // The correction is withdrawn: what it changed is put back.
    (
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\nG1,U01,1.1,36,38,复核,工委〔2026〕4号,撤销\n",
        true,
    ),
];

fn regrade(folder: &Folder) {
    let preview = project(&folder.run("regrade", &["--format", "json"]).ended(0));
    folder.run("regrade", &["--apply", str_of(&preview["token"]), "--reason", "审定"]).ended(0);
}

fn verify(folder: &Folder, more: &[&str], code: i32) -> String {
    assess(&[&["-C", folder.shown(), "verify", "--lang", "en"], more].concat()).ended(code).out
}

#[test]
fn eight_versions_of_both_commands_verify_and_each_still_does_when_inputs_went_on() {
    let folder = small();
    folder.score(&[]).ended(0);
    for (index, (path, text, can_regrade)) in STEPS.into_iter().enumerate() {
        folder.write(path, text);
        if can_regrade {
            regrade(&folder);
        } else {
            folder.score(&["--reason", "来表有补充"]).ended(0);
        }
        assert!(folder.has(&format!("results/v{:03}/result.json", index + 2)), "{path}");
        verify(&folder, &["--all"], 0);
    }
    let manifest = folder.json("results/v008/manifest.json");
    assert_eq!(str_of(&manifest["parent"]["version"]), "v007");
    let result = folder.json("results/v008/result.json");
    assert_eq!((list(&result["chain"]).len(), list(&result["opinions"]).len()), (8, 2));
    // v008 took the correction of v003 back: the leaf is as it was in v002.
    let points = |version: &str| {
        let result = folder.json(&format!("results/{version}/result.json"));
        crate::runner::unit(&result, "U01")["leaves"][0]["verified"].clone()
    };
    assert_eq!((points("v002"), points("v003"), points("v008")), ("36/1".into(), "38/1".into(), "36/1".into()));

    // Registers and reports go on: earlier versions stand, the newest one no longer rests on what is there.
    folder.append(REGISTER_FILE, "3,U01,J1,后来,,2,,通报,市〔2025〕10号,市办,2025-09-03,拟提,,");
    for version in ["v001", "v003", "v007"] {
        verify(&folder, &[version], 0);
    }
    assert!(verify(&folder, &[], 1).contains("input changed  registers/加减分登记.csv"));
    // A broken link in the middle is told by the version after it, whatever is looked at.
    folder.edit("results/v004/manifest.json", "来表有补充", "别的理由");
    assert!(verify(&folder, &["v001"], 1).contains("chain broken  results/v005/manifest.json parent.sha256"));
}
