//! Random projects with ballots, and the letters of before: marks that came late, were withdrawn or exchanged, or only
//! another score beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::rng::Rng;
use crate::scales::{class_weights, levels, range};

/// A mark: class, rater, unit, node.
type Key = (usize, usize, usize, usize);

/// A ballots component.
#[derive(Clone)]
struct Panel {
    /// The words or numbers of its marks, best first.
    marks: Vec<String>,
    /// Raters of each class.
    sizes: Vec<usize>,
    nodes: Vec<&'static str>,
    keys: String,
    /// How many of 100 marks are the best one, and whether the others are near it.
    best: usize,
    near: bool,
    silent: usize,
}

/// What was handed in, in one version.
#[derive(Clone)]
struct Inputs {
    ballots: Vec<BTreeMap<Key, String>>,
    leaves: BTreeMap<(usize, usize), String>,
    given: BTreeMap<usize, String>,
    bonus: BTreeSet<usize>,
}

/// One version of a project: its files, and the units that got a letter.
pub(crate) struct Version {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) units: BTreeSet<String>,
}

/// A random project: all its versions, the oldest first.
pub(crate) struct Project {
    pub(crate) versions: Vec<Version>,
}

const CLASSES: [&str; 6] = ["主体甲", "主体乙", "主体丙", "主体丁", "主体戊", "主体己"];
const ASPECTS: [&str; 3] = ["A1", "A2", "A3"];

/// From so many marks a scale is fine.
const FINE: usize = 25;

struct Maker {
    rng: Rng,
    k: usize,
    units: usize,
    points: Vec<usize>,
    panels: Vec<Panel>,
    /// The components besides: `indicators`, `given`.
    others: Vec<&'static str>,
    decimals: u32,
    model: String,
}

/// The project of a seed.
pub(crate) fn project(seed: u64) -> Project {
    let has_earlier = !seed.is_multiple_of(2);
    let mut maker = Maker::new(seed, has_earlier);
    let mut inputs = maker.inputs();
    let mut versions = Vec::new();
    let earlier = if has_earlier { maker.rng.between(1, 2) } else { 0 };
    for _ in 0..earlier {
        let mut units: BTreeSet<String> = (0..maker.units).map(|unit| format!("U{}", unit + 1)).collect();
        if maker.rng.chance(20) {
            units.pop_first();
        }
        let mut files = maker.files(&inputs);
        maker.vary(files.get_mut("assess.toml").unwrap());
        versions.push(Version { files, units });
        maker.change(&mut inputs);
    }
    if earlier == 0 && maker.rng.chance(25) {
        maker.ask_for_more(&inputs);
    }
    versions.push(Version { files: maker.files(&inputs), units: BTreeSet::new() });
    Project { versions }
}

impl Maker {
    fn new(seed: u64, has_earlier: bool) -> Self {
        let mut rng = Rng::new(seed ^ 0x5EED_0013);
        let k = rng.between(2, 6);
        let units = rng.between(2, 3);
        let points = rng.pick(&[vec![40, 60], vec![30, 50, 20], vec![100]]).clone();
        let decimals = *rng.pick(&[0, 1, 2, 2, 2, 3]);
        let mut maker =
            Self { rng, k, units, points, panels: Vec::new(), others: Vec::new(), decimals, model: String::new() };
        let panels = if maker.rng.chance(30) { 2 } else { 1 };
        // Two panels at two times are four equations at once: a search over many marks would not end.
        let is_small = panels > 1 && has_earlier;
        maker.panels = (0..panels).map(|_| maker.panel(is_small)).collect();
        maker.others = ["indicators", "given"].into_iter().filter(|_| maker.rng.chance(35)).collect();
        maker.model = maker.model();
        maker
    }

    fn panel(&mut self, is_small: bool) -> Panel {
        let rng = &mut self.rng;
        let (marks, mut keys) = if is_small || rng.chance(55) { levels(rng) } else { range(rng) };
        let nodes: Vec<&str> = if self.points.len() > 1 && rng.chance(25) {
            keys.push_str("rates = \"aspects\"\n");
            ASPECTS[..self.points.len()].to_vec()
        } else if self.points.len() == 1 && rng.chance(20) {
            keys.push_str("rates = \"indicators\"\n");
            vec!["1.L1", "1.L2"]
        } else {
            vec![""]
        };
        if rng.chance(10) {
            keys.push_str("full = 120\n");
        }
        let classes = rng.between(2, if nodes.len() > 1 || is_small { 3 } else { 6 });
        let most = if marks.len() > FINE || nodes.len() > 1 || is_small { 9 } else { 40 };
        let is_shown = rng.chance(45);
        let sizes = (0..classes).map(|_| match (is_shown, rng.below(10)) {
            (true, 0..7) => rng.between(self.k, 2 * self.k),
            (true, _) => rng.between(self.k, most.max(self.k)),
            (false, 0..4) => rng.between(1, self.k),
            (false, 4..8) => rng.between(1, 10.min(most)),
            (false, _) => rng.between(1, most),
        });
        let sizes: Vec<usize> = sizes.collect();
        if rng.chance(25) {
            writeln!(keys, "mean_decimals = {}", rng.between(0, 3)).unwrap();
        }
        if rng.chance(20) {
            let (low, high) = *rng.pick(&[(1, 1), (1, 0), (0, 1), (2, 1)]);
            let on = rng.text(&["rating", "rating", "ballot"]);
            let from = low + high + rng.between(1, 4);
            writeln!(keys, "trim = {{ low = {low}, high = {high}, from = {from}, on = \"{on}\" }}").unwrap();
        }
        let silent = if rng.chance(30) { 8 } else { 0 };
        keys.push_str(if rng.chance(50) { "denominator = \"all\"\n" } else { "denominator = \"valid\"\n" });
        keys.push_str("abstain = [\"弃权\"]\nmissing_class = \"renormalise\"\n");
        let best = *rng.pick(&[20, 40, 40, 70, 95, 100]);
        Panel { marks, sizes, nodes, keys, best, near: rng.chance(50), silent }
    }

    fn model(&mut self) -> String {
        let rng = &mut self.rng;
        let mut text = String::from(
            "[assessment]\ntitle = \"攻击\"\nperiod = \"2025\"\nissuer = \"工委\"\nas_of = \"2026-01-20\"\n",
        );
        let (full, max) = *rng.pick(&[(100, 100), (100, 105), (100, 105), (120, 126)]);
        writeln!(text, "[score]\nfull = {full}\nmin = 0\nmax = {max}\ndecimals = {}", self.decimals).unwrap();
        if rng.chance(40) {
            writeln!(text, "component_decimals = {}", rng.between(0, 4)).unwrap();
        }
        writeln!(text, "[feedback]\nk_anonymity = {}\nmin_group = {}", self.k, rng.between(2, 4)).unwrap();
        text.push_str("[[line]]\ncode = \"L1\"\nname = \"一线\"\n[[line]]\ncode = \"L2\"\nname = \"二线\"\n");
        for (index, points) in self.points.iter().enumerate() {
            let code = ASPECTS[index];
            writeln!(text, "[[aspect]]\ncode = \"{code}\"\nname = \"方面{code}\"\npoints = {points}").unwrap();
            for (line, points) in [("L1", points * 3 / 10), ("L2", points - points * 3 / 10)] {
                let leaf = format!("{}.{line}", index + 1);
                writeln!(text, "[[indicator]]\ncode = \"{leaf}\"\nline = \"{line}\"\naspect = \"{code}\"").unwrap();
                writeln!(text, "name = \"指标{leaf}\"\npoints = {points}\nrule = \"核定\"").unwrap();
            }
        }
        let count = self.panels.len() + self.others.len();
        let weights: &[&str] = match count {
            1 => &["100"],
            2 => rng.pick::<&[&str]>(&[&["60", "40"], &["66.7", "33.3"], &["15", "85"], &["50", "50"]]),
            3 => rng.pick::<&[&str]>(&[&["50", "35", "15"], &["33.4", "33.3", "33.3"], &["20", "20", "60"]]),
            _ => &["40", "30", "20", "10"],
        };
        for (index, kind) in self.others.iter().enumerate() {
            let id = if *kind == "given" { "g" } else { "i" };
            let weight = weights[self.panels.len() + index];
            writeln!(text, "[[component]]\nid = \"{id}\"\nname = \"组成{id}\"\nweight = {weight}\nkind = \"{kind}\"")
                .unwrap();
        }
        for (index, panel) in self.panels.iter().enumerate() {
            let weight = weights[index];
            writeln!(text, "[[component]]\nid = \"b{index}\"\nname = \"评议{index}\"\nweight = {weight}").unwrap();
            write!(text, "kind = \"ballots\"\n{}", panel.keys).unwrap();
            for (class, weight) in class_weights(rng, panel.sizes.len()).into_iter().enumerate() {
                let name = CLASSES[class];
                writeln!(text, "[[component.class]]\nid = \"C{class}\"\nname = \"{name}\"\nweight = {weight}").unwrap();
            }
        }
        text.push_str("[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 1.5\n");
        text.push_str("[[grade]]\nname = \"优秀\"\nat_least = 90\n[[grade]]\nname = \"达标\"\nat_least = 0\n");
        text
    }

    fn mark(&mut self, panel: usize) -> String {
        let (rng, panel) = (&mut self.rng, &self.panels[panel]);
        if rng.chance(panel.silent) {
            return rng.text(&["弃权", ""]);
        }
        if rng.chance(panel.best) {
            return panel.marks[0].clone();
        }
        let reach = if panel.near { panel.marks.len().min(4) } else { panel.marks.len() };
        panel.marks[rng.below(reach)].clone()
    }

    fn add_rater(&mut self, inputs: &mut Inputs, panel: usize, (class, rater): (usize, usize)) {
        let all = self.rng.chance(85);
        let only = self.rng.below(self.units);
        for unit in (0..self.units).filter(|unit| all || *unit == only || (class, rater) == (0, 0)) {
            for node in 0..self.panels[panel].nodes.len() {
                let mark = self.mark(panel);
                // The first class has somebody who marks every unit.
                let mark = if (class, rater) == (0, 0) { self.panels[panel].marks[1].clone() } else { mark };
                inputs.ballots[panel].insert((class, rater, unit, node), mark);
            }
        }
    }

    fn inputs(&mut self) -> Inputs {
        let mut inputs = Inputs {
            ballots: vec![BTreeMap::new(); self.panels.len()],
            leaves: BTreeMap::new(),
            given: BTreeMap::new(),
            bonus: BTreeSet::new(),
        };
        for panel in 0..self.panels.len() {
            for (class, size) in self.panels[panel].sizes.clone().into_iter().enumerate() {
                for rater in 0..size {
                    self.add_rater(&mut inputs, panel, (class, rater));
                }
            }
        }
        for unit in 0..self.units {
            for leaf in 0..2 * self.points.len() {
                inputs.leaves.insert((unit, leaf), self.leaf(leaf));
            }
            inputs.given.insert(unit, format!("{}.{}", self.rng.between(60, 99), self.rng.below(10)));
            if self.rng.chance(20) {
                inputs.bonus.insert(unit);
            }
        }
        inputs
    }

    fn leaf(&mut self, leaf: usize) -> String {
        let points = self.points[leaf / 2];
        let full = if leaf.is_multiple_of(2) { points * 3 / 10 } else { points - points * 3 / 10 };
        let tenths = self.rng.between(full * 6, full * 10);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// What comes between two letters.
    fn change(&mut self, inputs: &mut Inputs) {
        for _ in 0..self.rng.between(1, 2) {
            let panel = self.rng.below(self.panels.len());
            let class = self.rng.below(self.panels[panel].sizes.len());
            let count =
                if self.rng.chance(80) { self.rng.between(1, self.k - 1) } else { self.rng.between(1, self.k + 2) };
            let fine = self.panels[panel].marks.len() > FINE;
            let count = if fine { count.min(2) } else { count };
            match self.rng.below(10) {
                // On a fine scale marks only come late: a search for what was exchanged would not end.
                4..8 if fine => {}
                0..4 => {
                    for _ in 0..count {
                        let rater = self.panels[panel].sizes[class];
                        self.panels[panel].sizes[class] += 1;
                        self.add_rater(inputs, panel, (class, rater));
                    }
                }
                4..6 => withdraw(&mut inputs.ballots[panel], class, count),
                6..8 => self.exchange(inputs, panel, count.min(2)),
                8 => {
                    let (unit, leaf) = (self.rng.below(self.units), self.rng.below(2 * self.points.len()));
                    let points = self.leaf(leaf);
                    inputs.leaves.insert((unit, leaf), points);
                    inputs.given.insert(unit, format!("{}.5", self.rng.between(60, 99)));
                }
                _ => {
                    let unit = self.rng.below(self.units);
                    if !inputs.bonus.remove(&unit) {
                        inputs.bonus.insert(unit);
                    }
                }
            }
        }
    }

    fn exchange(&mut self, inputs: &mut Inputs, panel: usize, count: usize) {
        let keys = inputs.ballots[panel].keys().copied().filter(|key| (key.0, key.1) != (0, 0));
        let keys: Vec<Key> = keys.collect();
        for _ in (0..count).filter(|_| !keys.is_empty()) {
            let key = *self.rng.pick(&keys);
            let mark = self.mark(panel);
            inputs.ballots[panel].insert(key, mark);
        }
    }

    /// Another method before: other decimals, or other trimming.
    fn vary(&mut self, model: &mut String) {
        if self.rng.chance(15) {
            let decimals = format!("\ndecimals = {}\n", self.rng.between(0, 3));
            *model = model.replacen(&format!("\ndecimals = {}\n", self.decimals), &decimals, 1);
        }
        if self.rng.chance(7) && !model.contains("trim = ") {
            let trim = "denominator = \"valid\"\ntrim = { low = 1, high = 0, from = 4 }\n";
            *model = model.replace("denominator = \"valid\"\n", trim);
        }
    }

    /// Asks for as many answers as the most of a unit: the others have too few, and are told no satisfaction rate.
    fn ask_for_more(&mut self, inputs: &Inputs) {
        let panel = self.rng.below(self.panels.len());
        let mut answers: BTreeMap<usize, BTreeSet<(usize, usize)>> = BTreeMap::new();
        for ((class, rater, unit, _), mark) in &inputs.ballots[panel] {
            if !mark.is_empty() && mark != "弃权" {
                answers.entry(*unit).or_default().insert((*class, *rater));
            }
        }
        let most = answers.values().map(BTreeSet::len).max().unwrap_or(0);
        let id = format!("id = \"b{panel}\"\n");
        let few = *self.rng.pick(&["flag", "group_median"]);
        self.model = self.model.replacen(&id, &format!("{id}min_valid = {most}\ntoo_few = \"{few}\"\n"), 1);
    }

    fn files(&self, inputs: &Inputs) -> BTreeMap<String, String> {
        let mut files = BTreeMap::from([("assess.toml".to_owned(), self.model.clone())]);
        let mut add = |path: &str, header: &str, rows: Vec<String>| {
            files.insert(path.to_owned(), format!("{header}\n{}\n", rows.join("\n")));
        };
        let units = 1..=self.units;
        add("roster.csv", "单位代码,单位全称,分组", units.map(|u| format!("U{u},单位U{u},一组")).collect());
        for (panel, ballots) in inputs.ballots.iter().enumerate() {
            let rows = ballots.iter().map(|((class, rater, unit, node), mark)| {
                let code = self.panels[panel].nodes[*node];
                format!("C{class},C{class}R{rater},U{},{code},{mark}", unit + 1)
            });
            add(&format!("ballots/b{panel}/票.csv"), "评议主体,评委编号,单位,节点,评价", rows.collect());
        }
        if self.others.contains(&"indicators") {
            for unit in 0..self.units {
                let rows = (0..2 * self.points.len()).map(|leaf| {
                    let code = format!("{}.L{}", leaf / 2 + 1, leaf % 2 + 1);
                    format!("{code},,,,,{},核减", inputs.leaves[&(unit, leaf)])
                });
                let header = format!("单位代码,U{}\n指标代码,完成值,自评得分,佐证,核定值,核定得分,核定说明", unit + 1);
                add(&format!("self-reports/U{}.csv", unit + 1), &header, rows.collect());
            }
        }
        if self.others.contains(&"given") {
            let rows = inputs.given.iter().map(|(unit, score)| format!("U{},{score}", unit + 1));
            add("given/g/scores.csv", "单位,得分", rows.collect());
        }
        if !inputs.bonus.is_empty() {
            let rows = inputs
                .bonus
                .iter()
                .map(|unit| format!("{0},U{0},J1,事由{0},,1.5,通报,文{0},2025-01-01,工委审定,审{0}", unit + 1));
            let header = "编号,单位,代码,事由,级别,审定分值,文件名称,文号,发文日期,状态,审定文号";
            add("registers/加减分登记.csv", header, rows.collect());
        }
        files
    }
}

/// Takes the ballots of the last raters of a class away.
fn withdraw(ballots: &mut BTreeMap<Key, String>, class: usize, count: usize) {
    let raters: BTreeSet<usize> = ballots.keys().filter(|key| key.0 == class && key.1 > 0).map(|key| key.1).collect();
    for rater in raters.into_iter().rev().take(count) {
        ballots.retain(|key, _| (key.0, key.1) != (class, rater));
    }
}

/// The same version with a correction of the first unit: of a place that stands at a value now.
pub(crate) fn corrected(version: &Version, place: &str, (old, new): (&str, &str)) -> Version {
    let rows = format!("编号,单位,位置,旧值,新值,理由,文号,状态\n1,U1,{place},{old},{new},录入有误,更1,工委审定\n");
    let mut files = version.files.clone();
    files.insert("registers/更正登记.csv".to_owned(), rows);
    Version { files, units: version.units.clone() }
}

/// Writes the files of a version into a folder of their own.
pub(crate) fn write(version: &Version, folder: &Path) {
    for (path, text) in &version.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
