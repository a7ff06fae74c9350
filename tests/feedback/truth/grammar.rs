//! The sentences a letter may hold, in both languages, written down here once more: what fits none of them is a failure.
//!
//! A pattern has slots: `{#n}` is a number, `{n|one|many}` a word that agrees with it, `{name}` any text. Sentences are known by a word for each kind.

use std::collections::BTreeMap;

/// A sentence: its kind and what stands in its slots.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) kind: &'static str,
    slots: BTreeMap<&'static str, String>,
}

impl Said {
    /// What stands in a slot.
    #[track_caller]
    pub(super) fn slot(&self, name: &str) -> &str {
        self.slots.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.slots.get(name).map(String::as_str)
    }
}

/// Kind, Chinese and English pattern.
type Pattern = (&'static str, &'static str, &'static str);

/// The first paragraph: what the result is. Parts of one sentence are told apart as sentences of their own.
pub(super) const RESULT: &[Pattern] = &[
    (
        "opening",
        "根据{title}办法，经{steps}，现将你单位考核结果反馈如下。",
        "Following the rules of {title}, after {steps}, the result of your unit is as follows.",
    ),
    ("scheme", "你单位适用“{scheme}”考核方案。", "Your unit was assessed by the scheme \"{scheme}\"."),
    (
        "total",
        "你单位总分{#total}分（基础分{#base}分，加分{#plus}分，减分{#minus}分）",
        "Your total is {#total} {total|point|points} (base {#base}, bonus {#plus}, deduction {#minus})",
    ),
    (
        "total-corrected",
        "你单位总分{#total}分（基础分{#base}分，加分{#plus}分，减分{#minus}分，总分经更正）",
        "Your total is {#total} {total|point|points} (base {#base}, bonus {#plus}, deduction {#minus}; the total was corrected)",
    ),
    (
        "total-most",
        "你单位总分{#total}分（基础分{#base}分，加分{#plus}分，减分{#minus}分，总分最高{#limit}分）",
        "Your total is {#total} {total|point|points} (base {#base}, bonus {#plus}, deduction {#minus}; the greatest total is {#limit})",
    ),
    (
        "total-least",
        "你单位总分{#total}分（基础分{#base}分，加分{#plus}分，减分{#minus}分，总分最低{#limit}分）",
        "Your total is {#total} {total|point|points} (base {#base}, bonus {#plus}, deduction {#minus}; the least total is {#limit})",
    ),
    ("separate", "，单列定等，不参加排名", ", graded separately and not ranked"),
    ("rank", "，在{group}{#n}个参加排名的单位中列第{#rank}位", ", rank {#rank} of {#n} ranked units in {group}"),
    ("no-rank", "，所在{group}共有{#n}个单位参加排名", ", in {group} with {#n} ranked units"),
    ("mean", "，组内平均{#mean}分", ", the group mean is {#mean}"),
    ("deferred", "；等次暂缓确定。", "; the grade is deferred."),
    ("grade", "；等次为{grade}，对应“{parallel}”。", "; the grade is {grade}, equivalent to \"{parallel}\"."),
    ("grade", "；等次为{grade}。", "; the grade is {grade}."),
    ("cap", "依据{by}（{name}），等次不高于{to}。", "By {by} ({name}) the grade is at most {to}."),
];

/// What was done well: one list.
pub(super) const STRENGTHS: &[Pattern] = &[("items", "{list}。", "{list}.")];

/// What was not.
pub(super) const WEAKNESSES: &[Pattern] = &[
    (
        "lost",
        "没有列入整改的指标；仍有{#n}项失分，共{#lost}分，见得分明细。",
        "No indicator is listed for rectification; {#n} of them still lost {#lost} {lost|point|points} in all, see the sheet of points.",
    ),
    ("leaves-but", "各项指标都得满分，失分在{list}。", "All indicators have full points; points were lost in {list}."),
    ("aspects-but", "各方面都得满分，失分在{list}。", "All aspects have full points; points were lost in {list}."),
    ("leaves-full", "各项指标都得满分。", "All indicators have full points."),
    ("aspects-full", "各方面都得满分。", "All aspects have full points."),
    ("all-full", "各考核组成都没有失分。", "No component lost any points."),
    ("lost-in", "失分在{list}。", "Points were lost in {list}."),
    ("further", "另有{#n}项问题，见问题与整改台账。", "{#n} further {n|problem stands|problems stand} in the ledger."),
    ("further", "有{#n}项问题，见问题与整改台账。", "{#n} {n|problem stands|problems stand} in the ledger."),
    ("adjustments", "经审定计入的加减分：{list}。", "Approved adjustments that count: {list}."),
    ("items", "{list}。", "{list}."),
];

/// The way to the next grade.
pub(super) const OUTLOOK: &[Pattern] = &[
    ("best", "你单位已列最高等次。", "Your unit has the best grade."),
    ("reached", "总分已达到{grade}的门槛（{#bar}分）。", "The total reaches the threshold of {grade} ({#bar})."),
    (
        "short",
        "距{grade}的门槛（{#bar}分）还差{#short}分。",
        "The threshold of {grade} ({#bar}) is {#short} {short|point|points} away.",
    ),
    ("obstacles", "列入该等次还受以下限制：{list}。", "What else stands in the way: {list}."),
    (
        "inside",
        "{grade}以上名额{#places}个，你单位在名额之内。",
        "Your unit holds one of the {#places} {places|place|places} of {grade} or better.",
    ),
    (
        "outside",
        "{grade}以上名额{#places}个，你单位不占名额。",
        "There {places|is|are} {#places} {places|place|places} of {grade} or better; your unit takes none of them.",
    ),
    (
        "level",
        "{grade}以上名额{#places}个、已占{#taken}个，你单位总分不低于名额线。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken; your total is not below their line.",
    ),
    (
        "behind",
        "{grade}以上名额{#places}个、已占{#taken}个，你单位距名额线{#points}分。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken; your unit is {#points} {points|point|points} behind their line.",
    ),
    (
        "free",
        "{grade}以上名额{#places}个、已占{#taken}个，尚余{#free}个。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken, {#free} {free|is|are} free.",
    ),
    (
        "suppressed",
        "{grade}以上名额{#places}个、已占{#taken}个（参加排名的单位不足{#least}个，不列与名额线的差距）。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken (fewer than {#least} ranked units: no distance is shown).",
    ),
    (
        "needs",
        "{grade}以上名额{#places}个、已占{#taken}个；按其他单位现在的总分，你单位总分达到{#total}分才能列入，还差{#points}分。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken; with the totals of other units as they are, your unit needs {#total} {total|point|points} for one, {#points} more.",
    ),
    (
        "never",
        "{grade}以上名额{#places}个、已占{#taken}个；按其他单位现在的等次和名额，提高总分也不能列入。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken; as grades and places are, no total would give your unit one.",
    ),
    (
        "count",
        "{grade}以上名额{#places}个、已占{#taken}个。",
        "{#taken} of {#places} {places|place|places} of {grade} or better {taken|is|are} taken.",
    ),
    (
        "gain",
        "最能提分的是“{leaf}”：补回失去的{#lost}分，总分约可提高{#gain}分。",
        "\"{leaf}\" would recover most: its {#lost} lost points are worth about {#gain} in the total.",
    ),
];

/// What is asked of the unit.
pub(super) const REQUIREMENTS: &[Pattern] = &[
    ("actions", "按规定（{clause}）：{list}。", "What follows ({clause}): {list}."),
    ("actions", "按规定：{list}。", "What follows: {list}."),
    (
        "problems",
        "请对照附件所列{#n}项问题制定措施，填报整改台账，逐项销号。",
        "Please plan measures for the {#n} {n|problem|problems} attached, report them in the ledger and close them one by one.",
    ),
    (
        "appeal",
        "对结果有异议的，请填写复核申请，自收到之日起{#days}日内提出。",
        "If you disagree, please fill in the request for review, within {#days} {days|day|days} of receiving it.",
    ),
    (
        "appeal",
        "对结果有异议的，请填写复核申请，收到反馈后及时提出。",
        "If you disagree, please fill in the request for review, soon after it is received.",
    ),
];

/// Parts of lists.
pub(super) const ITEM: &[Pattern] = &[
    (
        "item",
        "{name}（得{#points}分，满分{#full}分，组平均{#mean}分）",
        "{name} ({#points} of {#full} {full|point|points}, group mean {#mean})",
    ),
    ("item", "{name}（得{#points}分，满分{#full}分）", "{name} ({#points} of {#full} {full|point|points})"),
    (
        "item",
        "{name}（得{#points}分，满分{#full}分，组平均{#mean}分），核定说明：{note}",
        "{name} ({#points} of {#full} {full|point|points}, group mean {#mean}), explanation: {note}",
    ),
    (
        "item",
        "{name}（得{#points}分，满分{#full}分），核定说明：{note}",
        "{name} ({#points} of {#full} {full|point|points}), explanation: {note}",
    ),
];
pub(super) const ADJUSTMENT: &[Pattern] = &[
    ("bonus", "{what}，加{#points}分", "{what}: {#points} {points|point|points} added"),
    ("deduction", "{what}，扣{#points}分", "{what}: {#points} {points|point|points} deducted"),
];
pub(super) const COMPONENT: &[Pattern] = &[("component", "{name}（得分率{#rate}%）", "{name} (rate {#rate}%)")];
pub(super) const OBSTACLE: &[Pattern] = &[
    ("lifted", "符合“{name}”（{clause}），不能列入{grade}", "\"{name}\" ({clause}) bars {grade}"),
    ("lifted", "符合“{name}”，不能列入{grade}", "\"{name}\" bars {grade}"),
    ("cap", "符合“{name}”（{clause}），不高于{to}", "\"{name}\" ({clause}) allows at most {to}"),
    ("cap", "符合“{name}”，不高于{to}", "\"{name}\" allows at most {to}"),
    ("room", "{grade}名额已满（{clause}）", "the places of {grade} are taken ({clause})"),
    ("room", "{grade}名额已满", "the places of {grade} are taken"),
    ("tie", "同分单位超过{grade}剩余名额（{clause}）", "equal totals exceed the places left of {grade} ({clause})"),
    ("tie", "同分单位超过{grade}剩余名额", "equal totals exceed the places left of {grade}"),
    ("decision", "等次由工委审定（{document}）（{clause}）", "the committee decided the grade ({document}) ({clause})"),
    ("decision", "等次由工委审定（{document}）", "the committee decided the grade ({document})"),
];

/// The language of a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Chinese,
    English,
}

impl Tongue {
    const fn of(self, pattern: &Pattern) -> &'static str {
        match self {
            Self::Chinese => pattern.1,
            Self::English => pattern.2,
        }
    }

    /// The sentences of a paragraph; the rest where none fits.
    pub(super) fn sentences(self, patterns: &[Pattern], text: &str) -> Result<Vec<Said>, String> {
        let mut said = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let found = patterns.iter().find_map(|pattern| {
                let (slots, left) = fit(self.of(pattern), rest, false).filter(|(slots, _)| agree(slots))?;
                Some((Said { kind: pattern.0, slots: slots.into_iter().collect() }, left))
            });
            let Some((one, left)) = found else { return Err(rest.to_owned()) };
            said.push(one);
            rest = left.trim_start();
        }
        Ok(said)
    }

    /// The parts of a list, each by one of the patterns.
    pub(super) fn parts(self, patterns: &[Pattern], list: &str, by: &str) -> Result<Vec<Said>, String> {
        let one = |part: &str| {
            let found = patterns.iter().find_map(|pattern| {
                let (slots, _) = fit(self.of(pattern), part, true).filter(|(slots, _)| agree(slots))?;
                Some(Said { kind: pattern.0, slots: slots.into_iter().collect() })
            });
            found.ok_or_else(|| part.to_owned())
        };
        list.split(by).map(|part| one(self.without_ordinal(part.trim()))).collect()
    }

    fn without_ordinal(self, part: &str) -> &str {
        let nth: [&str; 6] = match self {
            Self::Chinese => ["一是", "二是", "三是", "四是", "五是", "六是"],
            Self::English => ["(1) ", "(2) ", "(3) ", "(4) ", "(5) ", "(6) "],
        };
        nth.iter().find_map(|nth| part.strip_prefix(nth)).unwrap_or(part)
    }
}

/// Whether each word is singular where its number is 1, and plural otherwise.
fn agree(slots: &[(&'static str, String)]) -> bool {
    slots.iter().filter_map(|(name, held)| Some((name.split_once('|')?, held))).all(|((number, forms), held)| {
        let (one, many) = forms.split_once('|').expect("two forms");
        let count = slots.iter().find(|(name, _)| *name == number).map(|(_, count)| count.as_str());
        held == if count == Some("1") { one } else { many }
    })
}

/// Slots and the rest of a text that begins as a pattern says; with `whole` it must end there. A slot holds as little as
/// possible and no end of a sentence.
fn fit<'t>(pattern: &'static str, text: &'t str, whole: bool) -> Option<(Vec<(&'static str, String)>, &'t str)> {
    let Some(open) = pattern.find('{') else {
        let rest = text.strip_prefix(pattern)?;
        // A full stop ends a sentence; a point within a number does not.
        let is_point = pattern.ends_with('.') && !rest.is_empty() && !rest.starts_with(' ');
        return (!is_point && (!whole || rest.is_empty())).then_some((Vec::new(), rest));
    };
    let text = text.strip_prefix(&pattern[..open])?;
    let close = open + pattern[open..].find('}')?;
    let (name, after) = (&pattern[open + 1..close], &pattern[close + 1..]);
    if let Some((_, forms)) = name.split_once('|') {
        let fitting = forms.split('|').find_map(|form| {
            let (slots, rest) = fit(after, text.strip_prefix(form)?, whole)?;
            Some((form, slots, rest))
        });
        let (form, mut slots, rest) = fitting?;
        slots.push((name, form.to_owned()));
        return Some((slots, rest));
    }
    let number = name.strip_prefix('#');
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    if number.is_some() {
        // A number as long as it can be.
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-').unwrap_or(text.len());
        ends.retain(|end| *end <= digits);
        ends.reverse();
    } else if after.is_empty() && !whole {
        // What ends with a name is followed by a comma or semicolon.
        ends = vec![text.find([',', ';', '，', '；'])?];
    }
    for end in ends {
        let held = &text[..end];
        let fits = match number {
            Some(_) => !held.is_empty() && held.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-'),
            None => !held.contains('。') && !held.contains(". "),
        };
        if number.is_none() && !fits {
            return None;
        }
        if fits && let Some((mut slots, rest)) = fit(after, &text[end..], whole) {
            slots.push((number.unwrap_or(name), held.to_owned()));
            return Some((slots, rest));
        }
    }
    None
}
