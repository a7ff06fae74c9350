//! Which columns each kind of table has, and which kinds a file of a role may hold.

use super::{Column, TableKind};
use crate::place::Role;
use crate::read::words::Word;

/// The columns of a kind of table: of each required list one must be there, or a column that stands under it.
pub(super) struct Spec {
    pub(super) kind: TableKind,
    pub(super) required: &'static [&'static [Word]],
    pub(super) optional: &'static [Word],
}

impl Spec {
    /// Every meaning that a column of the kind may have, required ones first.
    pub(super) fn words(&self) -> impl Iterator<Item = Word> {
        self.required.iter().flat_map(|group| group.iter()).chain(self.optional).copied()
    }

    /// The required meanings that columns lack.
    pub(super) fn missing(&self, columns: &[Column]) -> Vec<Word> {
        let has = |word: &Word| columns.iter().any(|column| column.means(*word));
        self.required.iter().filter(|group| !group.iter().any(has)).map(|group| group[0]).collect()
    }

    /// The columns with their final meanings: a bare 得分 of a self-report is 自评得分, unless that has its own column.
    pub(super) fn settle(&self, mut columns: Vec<Column>) -> Vec<Column> {
        if self.kind == TableKind::SelfReport {
            let own = columns.iter().any(|column| column.word == Some(Word::SelfScore));
            for column in columns.iter_mut().filter(|column| column.word == Some(Word::Score)) {
                column.word = (!own).then_some(Word::SelfScore);
            }
        }
        columns
    }
}

const UNIT: &[Word] = &[Word::UnitCode, Word::Unit];

/// Which kinds a file of a role may hold, the most particular first.
pub(super) fn specs(role: Role) -> &'static [Spec] {
    use Word as W;
    match role {
        Role::Roster => &[Spec {
            kind: TableKind::Roster,
            required: &[&[W::UnitCode], &[W::Unit], &[W::Group]],
            optional: &[
                W::ShortName,
                W::FormerName,
                W::Mode,
                W::Contact,
                W::Phone,
                W::Secretary,
                W::Ordinal,
                W::Remark,
            ],
        }],
        Role::Indicators => &[Spec {
            kind: TableKind::Indicators,
            required: &[&[W::Indicator], &[W::Line], &[W::Aspect], &[W::Name], &[W::Points], &[W::Rule]],
            optional: &[
                W::Item,
                W::Params,
                W::EvidenceNeed,
                W::Department,
                W::Standard,
                W::Method,
                W::Source,
                W::Ordinal,
            ],
        }],
        Role::Raters => &[Spec {
            kind: TableKind::Raters,
            required: &[&[W::Rater], &[W::Class]],
            optional: &[W::Home, W::Ordinal, W::Remark],
        }],
        Role::SelfReport => SELF_REPORTS,
        Role::Verified => VERIFIED,
        Role::Ballots => BALLOTS,
        Role::Tallies => TALLIES,
        Role::Given => &[Spec {
            kind: TableKind::Given,
            required: &[UNIT, &[W::Score]],
            optional: &[W::UnitCode, W::Unit, W::Period, W::Node, W::Ordinal, W::Remark],
        }],
        Role::Register => REGISTERS,
        Role::Ledger => LEDGERS,
        Role::Opinions => OPINIONS,
        Role::Receipts => &[Spec {
            kind: TableKind::Receipts,
            required: &[&[W::FilePath], &[W::Digest], &[W::Adopted]],
            optional: &[W::Ordinal, W::FileRole, W::UnitCode, W::Unit, W::Status, W::Remark],
        }],
        Role::Model | Role::History | Role::Other | Role::Stray | Role::Unused => &[],
    }
}

/// 自评表 and, as a further sheet of the same file, what the unit declares to be added or deducted.
const SELF_REPORTS: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::SelfReport,
            required: &[&[W::Indicator, W::Name], &[W::Value, W::SelfScore, W::Score]],
            optional: &[
                W::Points,
                W::Evidence,
                W::VerifiedValue,
                W::VerifiedPoints,
                W::VerifiedNote,
                W::UnitCode,
                W::Unit,
                W::Ordinal,
                W::Line,
                W::Aspect,
                W::Item,
                W::Category,
                W::Remark,
                W::Department,
                W::Standard,
                W::Method,
                W::Rule,
                W::EvidenceNeed,
                W::Target,
                W::Account,
                W::Hint,
            ],
        },
        DECLARED_ITEMS,
        DECLARED_SUMS,
    ]
};

/// 核定表: long, of one unit that the lines above name, or a matrix of units and indicators.
const VERIFIED: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::Verified,
            required: &[UNIT, &[W::Indicator, W::Name], &[W::VerifiedValue, W::VerifiedPoints]],
            optional: VERIFIED_COLUMNS,
        },
        Spec {
            kind: TableKind::Verified,
            required: &[&[W::Indicator, W::Name], &[W::VerifiedValue, W::VerifiedPoints]],
            optional: VERIFIED_COLUMNS,
        },
        Spec {
            kind: TableKind::VerifiedMatrix,
            required: &[UNIT],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::VerifiedValue,
                W::VerifiedPoints,
                W::VerifiedNote,
                W::Group,
                W::Ordinal,
                W::Remark,
                W::Overall,
            ],
        },
    ]
};

const VERIFIED_COLUMNS: &[Word] = &[
    Word::UnitCode,
    Word::Unit,
    Word::VerifiedNote,
    Word::Ordinal,
    Word::Points,
    Word::Line,
    Word::Aspect,
    Word::Item,
    Word::Category,
    Word::Standard,
    Word::Method,
    Word::Department,
    Word::Rule,
    Word::Remark,
    Word::Hint,
];

/// 评议票: a matrix or long table of units, or the sheet of one unit that the lines above name.
const BALLOTS: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::Ballots,
            required: &[UNIT],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::Class,
                W::Rater,
                W::Home,
                W::Node,
                W::Mark,
                W::Ordinal,
                W::Category,
                W::Group,
                W::Remark,
            ],
        },
        Spec {
            kind: TableKind::Ballots,
            required: &[&[W::Node], &[W::Mark]],
            optional: &[W::Class, W::Rater, W::Home, W::Ordinal, W::Category, W::Item, W::Remark],
        },
    ]
};

/// 票数汇总: of many units, or of one that the lines above name; 有效 as a column or above the table.
const TALLIES: &[Spec] = {
    use Word as W;
    &[
        Spec { kind: TableKind::Tallies, required: &[UNIT, &[W::Valid]], optional: TALLY_COLUMNS },
        Spec { kind: TableKind::Tallies, required: &[UNIT, &[W::Mark]], optional: TALLY_COLUMNS },
        Spec { kind: TableKind::Tallies, required: &[&[W::Node, W::Mark]], optional: TALLY_COLUMNS },
    ]
};

const TALLY_COLUMNS: &[Word] = &[
    Word::UnitCode,
    Word::Unit,
    Word::Class,
    Word::Node,
    Word::Abstained,
    Word::Issued,
    Word::Returned,
    Word::Valid,
    Word::Invalid,
    Word::Mark,
    Word::Category,
    Word::Ordinal,
    Word::Remark,
];

/// 加减分申报表: one item a row.
const DECLARED_ITEMS: Spec = {
    use Word as W;
    Spec {
        kind: TableKind::Declarations,
        required: &[&[W::Matter], &[W::Claimed]],
        optional: &[
            W::UnitCode,
            W::Unit,
            W::Number,
            W::Code,
            W::Level,
            W::Approved,
            W::Document,
            W::DocumentNumber,
            W::IssuedBy,
            W::DocumentDate,
            W::Status,
            W::ApprovalNumber,
            W::Remark,
            W::Ordinal,
            W::Evidence,
            W::VerifiedNote,
            W::Date,
        ],
    }
};

/// 加减分自评统计: columns of what is added beside columns of what is deducted.
const DECLARED_SUMS: Spec = {
    use Word as W;
    Spec {
        kind: TableKind::Declarations,
        required: &[&[W::Plus], &[W::Minus], &[W::Score]],
        optional: &[
            W::UnitCode,
            W::Unit,
            W::Topic,
            W::Code,
            W::Category,
            W::Factor,
            W::Points,
            W::Quantity,
            W::Overall,
            W::Ordinal,
            W::Remark,
        ],
    }
};

const REGISTERS: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::Corrections,
            required: &[&[W::Number], UNIT, &[W::Where], &[W::NewValue], &[W::Status]],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::OldValue,
                W::Reason,
                W::DocumentNumber,
                W::Status,
                W::Ordinal,
                W::Remark,
            ],
        },
        Spec {
            kind: TableKind::Appeals,
            required: &[&[W::Number], UNIT, &[W::Request]],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::Where,
                W::ReceivedOn,
                W::Conclusion,
                W::DocumentNumber,
                W::Ordinal,
                W::Remark,
            ],
        },
        Spec {
            kind: TableKind::Decisions,
            required: &[&[W::Number], UNIT, &[W::Grade], &[W::Status]],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::OutsideQuota,
                W::AboveCap,
                W::Clause,
                W::DocumentNumber,
                W::Date,
                W::Status,
                W::Ordinal,
                W::Remark,
                W::Group,
                W::Overall,
                W::Rank,
                W::SuggestedGrade,
                W::Grounds,
            ],
        },
        Spec {
            kind: TableKind::Adjustments,
            required: &[&[W::Number], UNIT, &[W::Code], &[W::Approved], &[W::Status]],
            optional: ADJUSTMENT_COLUMNS,
        },
        Spec {
            kind: TableKind::Events,
            required: &[&[W::Number], UNIT, &[W::Code], &[W::Status]],
            optional: ADJUSTMENT_COLUMNS,
        },
        DECLARED_ITEMS,
        DECLARED_SUMS,
        Spec {
            kind: TableKind::Assertions,
            required: &[UNIT, &[W::Where], &[W::ShouldBe]],
            optional: &[W::UnitCode, W::Unit, W::Ordinal, W::Remark],
        },
    ]
};

const ADJUSTMENT_COLUMNS: &[Word] = &[
    Word::UnitCode,
    Word::Unit,
    Word::Matter,
    Word::Level,
    Word::Claimed,
    Word::Document,
    Word::DocumentNumber,
    Word::IssuedBy,
    Word::DocumentDate,
    Word::Status,
    Word::ApprovalNumber,
    Word::Remark,
    Word::Ordinal,
    Word::Evidence,
    Word::VerifiedNote,
    Word::Date,
    Word::Contact,
];

/// 征求意见表 as departments return it.
const OPINIONS: &[Spec] = {
    use Word as W;
    &[Spec {
        kind: TableKind::Opinions,
        required: &[UNIT, &[W::Opinion]],
        optional: &[
            W::UnitCode,
            W::Unit,
            W::OpinionText,
            W::Department,
            W::Ordinal,
            W::Group,
            W::Overall,
            W::Rank,
            W::SuggestedGrade,
            W::Reason,
            W::Grounds,
            W::Date,
            W::Remark,
        ],
    }]
};

const LEDGERS: &[Spec] = {
    use Word as W;
    &[Spec {
        kind: TableKind::Ledger,
        required: &[&[W::Problem], &[W::Closing]],
        optional: &[
            W::UnitCode,
            W::Unit,
            W::Ordinal,
            W::ProblemNumber,
            W::ProblemType,
            W::SourceIndicator,
            W::Measure,
            W::Leader,
            W::Department,
            W::Owner,
            W::Deadline,
            W::Progress,
            W::Completion,
            W::Evidence,
            W::ClosedOn,
            W::Reviewer,
            W::Remark,
        ],
    }]
};

/// The meanings that columns of a kind of table may have.
pub(super) fn known_words(kind: TableKind) -> impl Iterator<Item = Word> {
    const ROLES: [Role; 11] = [
        Role::Roster,
        Role::Indicators,
        Role::Raters,
        Role::SelfReport,
        Role::Verified,
        Role::Ballots,
        Role::Tallies,
        Role::Given,
        Role::Ledger,
        Role::Receipts,
        Role::Opinions,
    ];
    let all = ROLES.iter().flat_map(|role| specs(*role)).chain(REGISTERS);
    let own = all.filter(move |spec| spec.kind == kind);
    own.flat_map(Spec::words)
}
