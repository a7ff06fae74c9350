//! The text of a letter and the rows of the ledger, taken from the document of a unit.

use assess::documents::report::document::{CellDoc, Content, Document, Style};

use super::grammar::Tongue;

/// The paragraphs of a letter.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) result: String,
    /// Whether they are only the best of the unit's own, and the paragraph.
    pub(super) strengths: Option<(bool, String)>,
    pub(super) weaknesses: String,
    pub(super) outlook: String,
    pub(super) requirements: String,
    /// The text of each problem in the ledger.
    pub(super) ledger: Vec<String>,
}

fn text<'c>(cell: &'c CellDoc<'_>) -> &'c str {
    match &cell.content {
        Content::Text(text) => text,
        _ => "",
    }
}

impl Letter {
    /// Reads it; what does not stand where it should is a failure.
    pub(super) fn of(document: &Document, tongue: Tongue, unit: &str) -> Result<Self, String> {
        let indent = if tongue == Tongue::Chinese { "　　" } else { "    " };
        // Lines as paragraphs; headings stand alone.
        let mut paragraphs: Vec<String> = Vec::new();
        for row in &document.sheets[0].rows {
            let Some(cell) = row.cells.first() else { continue };
            let line = text(cell);
            match (cell.style, paragraphs.last_mut()) {
                (Style::Letter | Style::LetterFull, Some(last)) if !line.starts_with(indent) && !last.is_empty() => {
                    last.push_str(line);
                }
                _ => paragraphs.push(line.to_owned()),
            }
        }
        let mut rest = paragraphs.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).peekable();
        let mut next = || rest.next().ok_or_else(|| "the letter ends early".to_owned());
        let to = next()?.trim_end_matches(['：', ':']).to_owned();
        if to != unit {
            return Err(format!("to {to}, not {unit}"));
        }
        let result = next()?.to_owned();
        let mut heading = next()?;
        let number = |heading: &str, nth: usize| {
            let marks = if tongue == Tongue::Chinese { ["一、", "二、", "三、"] } else { ["1. ", "2. ", "3. "] };
            heading.strip_prefix(marks[nth]).map(str::to_owned)
        };
        let mut nth = 0;
        let mut strengths = None;
        let titles: [&str; 4] = match tongue {
            Tongue::Chinese => ["做得好的方面", "相对较好的方面", "存在的不足", "改进的重点和要求"],
            Tongue::English => {
                ["What was done well", "What was done best", "What was not done well", "What to work on"]
            }
        };
        let title = number(heading, nth).unwrap_or_default();
        if titles[..2].contains(&title.as_str()) {
            strengths = Some((title == titles[1], next()?.to_owned()));
            heading = next()?;
            nth += 1;
        }
        let title = number(heading, nth).unwrap_or_default();
        // In English the second heading leaves out what the first one says.
        if title != titles[2] && !(tongue == Tongue::English && nth == 1 && title == "What was not") {
            return Err(format!("no heading of weaknesses: {heading}"));
        }
        let weaknesses = next()?.to_owned();
        let title = next()?;
        if number(title, nth + 1).as_deref() != Some(titles[3]) {
            return Err(format!("no heading of what to do: {title}"));
        }
        // Where there is nothing to say of the next grade, only what is asked for follows.
        let (mut outlook, mut requirements) = (String::new(), next()?.to_owned());
        let closing = ["特此反馈。", "Yours faithfully,"];
        let mut after = next()?;
        if !closing.contains(&after) {
            (outlook, requirements) = (requirements, after.to_owned());
            after = next()?;
        }
        if !closing.contains(&after) {
            return Err(format!("{after:?} where the letter should end"));
        }
        // The sheet of ballots is there, and attached, where anybody rates the unit.
        let (before, by, [points, charts, ballots, ledger, request]) = match tongue {
            Tongue::Chinese => ("附件：", "、", ["得分明细", "图表", "评议情况", "整改台账", "复核申请"]),
            Tongue::English => {
                let names = ["Points", "Charts", "Ballots", "rectification ledger", "Request for review"];
                ("Attached: ", ", ", names)
            }
        };
        let names: Vec<&str> = [points, charts, ballots, ledger, request]
            .into_iter()
            .filter(|name| *name != ballots || document.sheets.iter().any(|sheet| sheet.name == ballots))
            .collect();
        let held: Vec<&str> = document.sheets[1..].iter().map(|sheet| sheet.name.as_str()).collect();
        if held.len() != names.len() {
            return Err(format!("sheets {held:?}, attached {names:?}"));
        }
        let sheets = format!("{before}{}", names.join(by));
        let attached = next()?;
        if attached != sheets {
            return Err(format!("{attached:?} where {sheets:?} should stand"));
        }
        let at = names.iter().position(|name| *name == ledger).unwrap();
        let ledger = &document.sheets[at + 1];
        let problem =
            |row: &assess::documents::report::document::RowDoc| row.cells.get(3).map(|cell| text(cell).to_owned());
        let ledger = ledger.rows.iter().filter_map(problem).filter(|problem| !problem.is_empty()).collect();
        Ok(Self { result, strengths, weaknesses, outlook, requirements, ledger })
    }
}
