//! Registers and the declarations for them, opinions of departments, ledgers of problems.

use super::{Spec, UNIT};
use crate::read::table::TableKind;
use crate::read::words::Word;

/// 加减分申报表: one item per row.
pub(super) const DECLARED_ITEMS: Spec = {
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

/// 加减分自评统计: columns of additions beside columns of deductions.
pub(super) const DECLARED_SUMS: Spec = {
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

pub(super) const REGISTERS: &[Spec] = {
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
                W::Links,
                W::Status,
                W::Ordinal,
                W::Remark,
            ],
        },
        Spec {
            kind: TableKind::Dispositions,
            required: &[&[W::Number], &[W::FilePath], UNIT, &[W::Mark], &[W::Status]],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::SheetName,
                W::Rater,
                W::Node,
                W::Basis,
                W::DocumentNumber,
                W::Ordinal,
                W::Remark,
            ],
        },
        Spec {
            kind: TableKind::Places,
            required: &[&[W::Number], &[W::Grade], &[W::Places], &[W::Status]],
            optional: &[W::Group, W::Basis, W::DocumentNumber, W::Date, W::Ordinal, W::Remark],
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
                W::HandledBy,
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
                W::Links,
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

/// The optional columns of a register of adjustments or events: who and what, then [`DOCUMENTED`], then additions of
/// other offices.
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
    Word::Links,
    Word::Ordinal,
    Word::Evidence,
    Word::VerifiedNote,
    Word::Date,
    Word::Contact,
];

/// The documents and status of a row of such a register: the last columns of the form that is handed out.
pub const DOCUMENTED: &[Word] = ADJUSTMENT_COLUMNS.split_at(5).1.split_at(8).0;

// A word inserted before or among them must not shift the form.
const _: () = assert!(matches!(DOCUMENTED, [Word::Document, .., Word::Links]));

/// 征求意见表 as returned by departments.
pub(super) const OPINIONS: &[Spec] = {
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

pub(super) const LEDGERS: &[Spec] = {
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
