//! Mutants of good files: each is refused or scores exactly the same, and none panics or hangs.
//!
//! Raw mutants are caught by the checksums of the container. Mutants packed again with right checksums change the structure
//! of the XML in ways that readers take differently; honest edits of a digit are not among them. An .xls and a csv have no
//! checksum: a changed digit there is another file with another hash, so for them only panics and hangs are looked for.
//! `ASSESS_MUTANTS=20` makes 20 times as many, the first of them the same.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::archive::{Parts, book, zip};
use crate::binary::{ods, xls, xls_number};
use crate::project::{Project, Ran, compute};
use crate::rng::Rng;

const CSV: &str = "单位,得分,备注\nU1,95,\"甲,乙\"\nU2,80,丙\n";
/// No single file may take longer.
const LONGEST: Duration = Duration::from_secs(5);

/// How many mutants to make where one round makes so many.
pub(crate) fn rounds(one: usize) -> usize {
    let factor = std::env::var("ASSESS_MUTANTS").ok().and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    one * factor.max(1)
}

/// A project whose one submission is replaced again and again.
struct Bench {
    project: Project,
    name: &'static str,
}

impl Bench {
    fn new(name: &'static str) -> Self {
        Self { project: Project::empty(), name }
    }

    fn path(&self) -> PathBuf {
        self.project.root().join("given/g").join(self.name)
    }

    #[track_caller]
    fn run(&self, bytes: &[u8]) -> Ran {
        self.project.write(&format!("given/g/{}", self.name), bytes);
        let start = Instant::now();
        let ran = compute(self.project.root());
        assert!(start.elapsed() < LONGEST, "{:?} took too long", self.path());
        ran
    }

    /// Refused, or the same scores as the good file.
    #[track_caller]
    fn same_or_refused(&self, bytes: &[u8], what: &str) -> bool {
        let ran = self.run(bytes);
        let same = (ran.total("U1"), ran.total("U2")) == ("95.00", "80.00");
        assert!(ran.is_rejected() || same, "{what} scores {:?}\n{:#?}", ran.totals, ran.messages);
        ran.is_rejected()
    }
}

/// A raw mutant: a bit, a byte, a run, a cut, a chunk twice or removed, two chunks exchanged.
fn mutant(good: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let at = rng.below(bytes.len());
    let length = 1 + rng.below(40).min(bytes.len() - at - 1);
    match rng.below(8) {
        0 => bytes[at] ^= 1 << rng.below(8),
        1 => bytes[at] = rng.next() as u8,
        2 => bytes.truncate(at),
        3 => bytes[at..at + length].fill(rng.next() as u8),
        4 => drop(bytes.drain(at..at + length)),
        5 => {
            let chunk = bytes[at..at + length].to_vec();
            bytes.splice(at..at, chunk);
        }
        6 => {
            let other = rng.below(bytes.len() - length);
            let chunk = bytes[other..other + length].to_vec();
            bytes[at..at + length].copy_from_slice(&chunk);
        }
        _ => {
            for _ in 0..1 + rng.below(8) {
                let at = rng.below(bytes.len());
                bytes[at] = rng.next() as u8;
            }
        }
    }
    bytes
}

#[test]
fn raw_mutants_of_a_workbook_are_refused_or_score_the_same() {
    let bench = Bench::new("a.xlsx");
    let good = book().bytes();
    let mut rng = Rng(20_260_101);
    let refused =
        (0..rounds(3000)).filter(|i| bench.same_or_refused(&mutant(&good, &mut rng), &format!("mutant {i}"))).count();
    assert!(refused > rounds(2500), "the mutants hit something: {refused}");
}

#[test]
fn every_bit_of_the_directory_may_flip() {
    let bench = Bench::new("a.xlsx");
    let good = book().bytes();
    let start = good.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    for at in (start..good.len()).step_by(3) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        bench.same_or_refused(&bytes, &format!("directory byte {at}"));
    }
}

/// What structural mutants put in or take out; all of these change a structure, none changes a digit honestly.
const INSERTS: [&str; 26] = [
    "<!-- x -->",
    "<?x y?>",
    "<![CDATA[5]]>",
    "&#53;",
    "&amp;",
    "&x;",
    "<v>5</v>",
    "</v>",
    "<c>",
    "</c>",
    "<row>",
    "</row>",
    "<c r=\"B2\"><v>12</v></c>",
    "<row r=\"2\"><c r=\"B2\"><v>12</v></c></row>",
    "</sheetData>",
    "<sheetData>",
    "<is><t>12</t></is>",
    "<f>1+1</f>",
    " r=\"B3\"",
    " t=\"s\"",
    " t=\"b\"",
    " s=\"-1\"",
    "\u{0}",
    "<x:c xmlns:x=\"y\"/>",
    "<si/>",
    "<mergeCells/>",
];

/// A mutant of the XML of one part, to be packed again with right checksums.
pub(crate) fn structural(parts: &Parts, rng: &mut Rng) -> Option<(Parts, String)> {
    let mut parts = parts.clone();
    let index = 2 + rng.below(parts.0.len() - 2);
    let (name, text) = &mut parts.0[index];
    let tags: Vec<(usize, usize)> =
        text.match_indices('<').filter_map(|(at, _)| Some((at, at + text[at..].find('>')? + 1))).collect();
    let (start, end) = tags[rng.below(tags.len())];
    let tag = text[start..end].to_owned();
    let what = match rng.below(7) {
        // Something put before or behind a tag, or in it.
        0 => {
            let insert = INSERTS[rng.below(INSERTS.len())];
            text.insert_str(if rng.below(2) == 0 { start } else { end }, insert);
            insert.to_owned()
        }
        1 if tag.len() > 3 && !tag.starts_with("</") => {
            let insert = [" r=\"B3\"", " t=\"s\"", " x=\"1\"", " hidden=\"1\"", " r=\"B9\"", "<"][rng.below(6)];
            let at = start + tag.find([' ', '/', '>'])?.max(2);
            text.insert_str(at, insert);
            insert.to_owned()
        }
        // A tag removed, twice, or exchanged with its neighbour.
        2 => text.drain(start..end).collect(),
        3 => {
            text.insert_str(start, &tag);
            tag
        }
        4 => {
            let (other_start, other_end) = tags[rng.below(tags.len())];
            let (first, second) = if start < other_start {
                ((start, end), (other_start, other_end))
            } else {
                ((other_start, other_end), (start, end))
            };
            if first == second {
                return None;
            }
            let (a, b) = (text[first.0..first.1].to_owned(), text[second.0..second.1].to_owned());
            text.replace_range(second.0..second.1, &a);
            text.replace_range(first.0..first.1, &b);
            format!("{a} for {b}")
        }
        // The end missing, the whole twice.
        5 => {
            text.truncate(start);
            "cut".to_owned()
        }
        _ => {
            let again = text.clone();
            text.push_str(&again);
            "twice".to_owned()
        }
    };
    let what = format!("{name}: {what} at {start}");
    Some((parts, what))
}

/// Whether a mutant is an honest other workbook: references or indexes that stay in order and mean something else.
pub(crate) fn is_honest(good: &Parts, mutant: &Parts) -> bool {
    let values = |parts: &Parts| {
        let mut digits: Vec<String> = Vec::new();
        for (name, text) in &parts.0 {
            if name.contains("sheet1") || name.contains("sharedStrings") {
                digits.extend(text.split('<').map(str::to_owned));
            }
        }
        digits.sort();
        digits
    };
    // The same tags and texts in another order: two cells or strings exchanged places as a whole.
    values(good) == values(mutant)
}

#[test]
fn structural_mutants_with_right_checksums_are_refused_or_score_the_same() {
    let bench = Bench::new("a.xlsx");
    let good = book();
    let mut rng = Rng(7);
    let (mut made, mut refused) = (0, 0);
    while made < rounds(2500) {
        let Some((parts, what)) = structural(&good, &mut rng) else { continue };
        if is_honest(&good, &parts) {
            continue;
        }
        made += 1;
        refused += usize::from(bench.same_or_refused(&parts.bytes(), &what));
    }
    assert!(refused > rounds(1500), "the mutants hit something: {refused}");
}

#[test]
fn entries_in_another_order_score_the_same() {
    let bench = Bench::new("a.xlsx");
    let mut rng = Rng(3);
    for _ in 0..100 {
        let mut entries = book().entries();
        for i in (1..entries.len()).rev() {
            entries.swap(i, rng.below(i + 1));
        }
        assert!(!bench.same_or_refused(&zip(&entries), "order"));
        let (a, b) = (rng.below(entries.len()), rng.below(entries.len()));
        let name = entries[a].name.clone();
        entries[a].name = std::mem::replace(&mut entries[b].name, name);
        bench.same_or_refused(&zip(&entries), "names exchanged");
    }
}

#[test]
fn mutants_of_csv_never_panic_or_hang() {
    let bench = Bench::new("a.csv");
    let mut rng = Rng(11);
    for encoding in 0..3 {
        let good = match encoding {
            0 => CSV.as_bytes().to_vec(),
            1 => encoding_rs::GB18030.encode(CSV).0.into_owned(),
            _ => format!("\u{FEFF}{CSV}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        };
        for _ in 0..rounds(400) {
            bench.run(&mutant(&good, &mut rng));
        }
    }
}

#[test]
fn mutants_of_older_formats_end_in_the_isolated_reader() {
    let number =
        "<table:table-cell office:value-type=\"float\" office:value=\"95\"><text:p>95</text:p></table:table-cell>";
    let mut rng = Rng(5);
    let bench = Bench::new("a.ods");
    let good = ods(number);
    for i in 0..rounds(200) {
        bench.same_or_refused(&mutant(&good, &mut rng), &format!("ods mutant {i}"));
    }
    let bench = Bench::new("a.xls");
    let good = xls(&xls_number(1, 1, 0, 95.0));
    for _ in 0..rounds(200) {
        bench.run(&mutant(&good, &mut rng));
    }
}
