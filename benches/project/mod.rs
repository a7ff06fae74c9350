//! The projects that benchmarks run on: the model of `examples/city-2025`, one self-report workbook per unit, 40 ballot
//! workbooks that rate every unit, one tally table.

use std::path::Path;

use assess::model::Rule;
use assess::pipeline::{self, Computed};
use assess::read::Project;
use rust_xlsxwriter::Workbook;

/// Three marks in ten are the best one, below the model's limit of 40 %.
const MARKS: [&str; 10] = ["好", "好", "好", "较好", "较好", "较好", "较好", "一般", "一般", "差"];
/// Class and number of its ballots, within what the model says was issued.
const CLASSES: [(&str, usize); 5] = [("P1", 6), ("P2", 6), ("P3", 12), ("P4", 8), ("P5", 8)];

/// A project of `units` units under the model of the city example.
pub(crate) fn project(units: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("temporary folder");
    let city = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/city-2025");
    for name in ["assess.toml", "indicators.xlsx"] {
        std::fs::copy(city.join(name), folder.path().join(name)).expect("model of the city example");
    }
    write_roster(folder.path(), units);
    std::fs::create_dir_all(folder.path().join("self-reports")).expect("folder");
    std::fs::create_dir_all(folder.path().join("ballots/meeting")).expect("folder");
    std::fs::create_dir_all(folder.path().join("tallies/online")).expect("folder");
    let prepared = prepare(folder.path());
    for unit in 0..units {
        write_report(folder.path(), unit, &prepared);
    }
    let ballots = CLASSES.iter().flat_map(|(class, count)| std::iter::repeat_n(*class, *count));
    for (ballot, class) in ballots.enumerate() {
        write_ballot(folder.path(), ballot, class, units);
    }
    write_tallies(folder.path(), units);
    folder
}

/// Reads the model and the roster of a project.
pub(crate) fn prepare(folder: &Path) -> pipeline::Prepared {
    let project = Project::at(folder.to_path_buf());
    match pipeline::prepare(project).expect("files can be read") {
        Ok(prepared) => prepared,
        Err(stopped) => panic!("{:?}", stopped.findings),
    }
}

/// Reads, checks, scores and grades a project.
pub(crate) fn compute(folder: &Path) -> Computed {
    pipeline::compute(prepare(folder)).expect("files can be read")
}

fn write_roster(folder: &Path, units: usize) {
    let mut text = String::from("单位代码,单位全称,分组,参评方式,综合考核末位,业务考核等次,书记述职等次\n");
    for unit in 0..units {
        text.push_str(&format!("U{unit:04},测试单位{unit:04},第{}组,排名,否,优秀,好\n", unit % 5 + 1));
    }
    std::fs::write(folder.join("roster.csv"), text).expect("roster");
}

/// Every leaf verified at points that differ from unit to unit.
fn write_report(folder: &Path, unit: usize, prepared: &pipeline::Prepared) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let header = ["指标代码", "三级指标", "分值", "完成值", "自评得分", "佐证", "核定值", "核定得分", "核定说明"];
    sheet.write(0, 0, "单位代码").expect("cell");
    sheet.write(0, 1, format!("U{unit:04}")).expect("cell");
    for (col, name) in header.iter().enumerate() {
        sheet.write(2, col as u16, *name).expect("cell");
    }
    for (index, leaf) in prepared.model.tree.leaves.iter().enumerate() {
        let row = index as u32 + 3;
        let full = leaf.points.0.to_cell();
        let points = match &leaf.rule {
            Rule::Direct(own) if own.0.len() > 1 => own.0[1].0.to_cell(),
            _ => (full * (60 + (unit * 7 + index * 3) % 41) as f64).round() / 100.0,
        };
        sheet.write(row, 0, &leaf.code).expect("cell");
        sheet.write(row, 1, &leaf.name).expect("cell");
        sheet.write(row, 2, full).expect("cell");
        sheet.write(row, 4, points).expect("cell");
        sheet.write(row, 5, "台账").expect("cell");
        sheet.write(row, 7, points).expect("cell");
        sheet.write(row, 8, "按台账核定").expect("cell");
    }
    workbook.save(folder.join(format!("self-reports/U{unit:04}.xlsx"))).expect("self-report");
}

fn write_ballot(folder: &Path, ballot: usize, class: &str, units: usize) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, (label, value)) in
        [("评议主体", class.to_owned()), ("评委编号", format!("R{ballot:03}"))].iter().enumerate()
    {
        sheet.write(row as u32, 0, *label).expect("cell");
        sheet.write(row as u32, 1, value).expect("cell");
    }
    for (col, name) in ["序号", "单位代码", "评价"].iter().enumerate() {
        sheet.write(3, col as u16, *name).expect("cell");
    }
    for unit in 0..units {
        let row = unit as u32 + 4;
        sheet.write(row, 0, unit as u32 + 1).expect("cell");
        sheet.write(row, 1, format!("U{unit:04}")).expect("cell");
        sheet.write(row, 2, MARKS[(unit * 7 + ballot * 3) % 10]).expect("cell");
    }
    workbook.save(folder.join(format!("ballots/meeting/B{ballot:03}.xlsx"))).expect("ballot");
}

fn write_tallies(folder: &Path, units: usize) {
    let mut text = String::from("单位,评议主体,满意,比较满意,基本满意,不满意,弃权/未填,收回,有效,无效\n");
    for unit in 0..units {
        for class in ["O1", "O2", "O3"] {
            text.push_str(&format!(
                "U{unit:04},{class},{},20,6,2,3,{},{},0\n",
                40 + unit % 13,
                71 + unit % 13,
                71 + unit % 13
            ));
        }
    }
    std::fs::write(folder.join("tallies/online/o.csv"), text).expect("tallies");
}
