//! Registers and the declarations for them, opinions of departments, ledgers of problems.

use std::sync::LazyLock;

use super::{Spec, UNIT};
use crate::read::schema::{ADJUSTMENTS, APPEALS, CORRECTIONS, DECISIONS, DISPOSITIONS, EVENTS, Need, PLACES, Schema};
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

/// The registers and what may stand beside them, most specific first.
pub(super) static REGISTERS: LazyLock<Vec<Spec>> = LazyLock::new(|| {
    let registers = [&CORRECTIONS, &DISPOSITIONS, &PLACES, &APPEALS, &DECISIONS, &ADJUSTMENTS, &EVENTS];
    let specs = registers.map(spec).into_iter();
    specs.chain([DECLARED_ITEMS, DECLARED_SUMS, ASSERTIONS]).collect()
});

/// The header of a register. Its lists live as long as the program, like those of the other kinds.
fn spec(schema: &'static Schema) -> Spec {
    let required = schema.columns().filter_map(|column| match column.need {
        Need::Table => Some(std::slice::from_ref(&column.word)),
        Need::Unit => Some(UNIT),
        Need::None | Need::Approval => None,
    });
    let optional = schema.columns().map(|column| column.word);
    Spec {
        kind: schema.kind,
        required: required.collect::<Vec<_>>().leak(),
        optional: optional.collect::<Vec<_>>().leak(),
    }
}

const ASSERTIONS: Spec = {
    use Word as W;
    Spec {
        kind: TableKind::Assertions,
        required: &[UNIT, &[W::Where], &[W::ShouldBe]],
        optional: &[W::UnitCode, W::Unit, W::Ordinal, W::Remark],
    }
};

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
