//! Tables of measured data: 自评表, 核定表, 评议票, 票数汇总.

use super::registers::{DECLARED_ITEMS, DECLARED_SUMS};
use super::{RATED, Spec, UNIT};
use crate::read::table::TableKind;
use crate::read::words::Word;

/// 自评表 and, as a further sheet of the file, the additions and deductions that the unit declares.
pub(super) const SELF_REPORTS: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::SelfReport,
            required: &[&[W::Indicator, W::Name], &[W::Value, W::SelfScore, W::Score]],
            optional: &[
                W::Points,
                W::InputItem,
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
                W::Period,
            ],
        },
        DECLARED_ITEMS,
        DECLARED_SUMS,
    ]
};

/// 核定表: long, for one unit named in the lines above, or a matrix of units and indicators.
pub(super) const VERIFIED: &[Spec] = {
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
    Word::InputItem,
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
    Word::Period,
];

/// 评议票: a matrix or long table of units, or the sheet of one unit named in the lines above.
pub(super) const BALLOTS: &[Spec] = {
    use Word as W;
    &[
        Spec {
            kind: TableKind::Ballots,
            required: &[RATED],
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

/// 评议票 as exported by online surveys: one row for each rater, a column for each unit, or for each unit and node.
pub(super) const WIDE_BALLOTS: &[Spec] = {
    use Word as W;
    &[Spec {
        kind: TableKind::Ballots,
        required: &[&[W::Rater, W::Class, W::Submitted]],
        optional: &[W::Rater, W::Class, W::Submitted, W::Home, W::Ordinal, W::Contact, W::Phone, W::Remark],
    }]
};

/// 票数汇总 with plain columns of levels, and the counts of ballots above the table.
pub(super) const PLAIN_TALLIES: &[Spec] =
    &[Spec { kind: TableKind::Tallies, required: &[RATED], optional: TALLY_COLUMNS }];

/// 票数汇总: of many units, or of one named in the lines above; 有效 as a column or above the table.
pub(super) const TALLIES: &[Spec] = {
    use Word as W;
    &[
        Spec { kind: TableKind::Tallies, required: &[RATED, &[W::Valid]], optional: TALLY_COLUMNS },
        Spec { kind: TableKind::Tallies, required: &[RATED, &[W::Mark]], optional: TALLY_COLUMNS },
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
