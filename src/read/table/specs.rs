//! Which columns each kind of table has, and which kinds a file of a role may hold.

use super::TableKind;
use crate::place::Role;
use crate::read::words::Word;

/// The columns of a kind of table: of each required list one must be there.
pub(super) struct Spec {
    pub(super) kind: TableKind,
    pub(super) required: &'static [&'static [Word]],
    pub(super) optional: &'static [Word],
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
        Role::SelfReport => &[Spec {
            kind: TableKind::SelfReport,
            required: &[&[W::Indicator], &[W::Value, W::SelfScore]],
            optional: &[
                W::Name,
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
                W::Remark,
                W::Department,
                W::Standard,
                W::Method,
            ],
        }],
        Role::Verified => &[Spec {
            kind: TableKind::Verified,
            required: &[UNIT, &[W::Indicator], &[W::VerifiedValue, W::VerifiedPoints]],
            optional: &[W::UnitCode, W::Unit, W::VerifiedNote, W::Name, W::Ordinal],
        }],
        Role::Ballots => &[Spec {
            kind: TableKind::Ballots,
            required: &[UNIT],
            optional: &[W::UnitCode, W::Unit, W::Class, W::Rater, W::Home, W::Node, W::Mark, W::Ordinal, W::Remark],
        }],
        Role::Tallies => &[Spec {
            kind: TableKind::Tallies,
            required: &[UNIT, &[W::Valid]],
            optional: &[
                W::UnitCode,
                W::Unit,
                W::Class,
                W::Node,
                W::Abstained,
                W::Issued,
                W::Returned,
                W::Invalid,
                W::Ordinal,
                W::Remark,
            ],
        }],
        Role::Given => &[Spec {
            kind: TableKind::Given,
            required: &[UNIT, &[W::Score]],
            optional: &[W::UnitCode, W::Unit, W::Period, W::Node, W::Ordinal, W::Remark],
        }],
        Role::Register => REGISTERS,
        Role::Receipts => &[Spec {
            kind: TableKind::Receipts,
            required: &[&[W::FilePath], &[W::Digest], &[W::Adopted]],
            optional: &[W::Ordinal, W::FileRole, W::UnitCode, W::Unit, W::Status, W::Remark],
        }],
        Role::Model | Role::History | Role::Other | Role::Stray | Role::Unused => &[],
    }
}

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

/// The meanings that columns of a kind of table may have.
pub(super) fn known_words(kind: TableKind) -> impl Iterator<Item = Word> {
    const ROLES: [Role; 9] = [
        Role::Roster,
        Role::Indicators,
        Role::Raters,
        Role::SelfReport,
        Role::Verified,
        Role::Ballots,
        Role::Tallies,
        Role::Given,
        Role::Receipts,
    ];
    let all = ROLES.iter().flat_map(|role| specs(*role)).chain(REGISTERS);
    let own = all.filter(move |spec| spec.kind == kind);
    own.flat_map(|spec| spec.required.iter().flat_map(|group| group.iter()).chain(spec.optional)).copied()
}
