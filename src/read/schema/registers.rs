//! The columns of 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请, 评议票处置 and 名额分配, in the order of their forms.
//!
//! A new column is a line here, and a field in `engine::assessment::registers` if rows keep it.

use super::Entry::{Date, Short, Text};
use super::Need::{Approval, Table};
use super::{Choice as C, Column, Need, Print, Schema, column};
use crate::read::table::Holds::{Evidence, Name, Text as Remarks, Value};
use crate::read::table::TableKind;
use crate::read::words::Word as W;

const fn register(kind: TableKind, note: &'static str, parts: &'static [&'static [Column]]) -> Schema {
    Schema { kind, note, parts }
}

const NUMBER: Column = column(W::Number, Value).need(Table).form(Short);
const UNIT_CODE: Column = column(W::UnitCode, Value).need(Need::Unit).form(Short).choice(C::UnitCode);
const UNIT: Column = column(W::Unit, Name).form(Text).wide(20).choice(C::Unit);
const DOCUMENT_NUMBER: Column = column(W::DocumentNumber, Value).field("document_number").form(Text).wide(14);
const STATUS: Column = column(W::Status, Value).need(Table).form(Short).wide(11).choice(C::Status);
const REMARK: Column = column(W::Remark, Remarks).form(Text).wide(14);
const LINKS: Column = column(W::Links, Value).field("links").form(Text).wide(12);
const APPROVAL: Print = Print::Line("header.approval");
const ORDINAL: Column = column(W::Ordinal, Remarks);

/// What an adjustment or event is about.
const MATTER: &[Column] = &[
    NUMBER,
    UNIT_CODE,
    UNIT,
    column(W::Code, Value).need(Table).form(Short).choice(C::Kind).own(1, "header.item", 1),
    column(W::Matter, Name).field("matter").form(Text).wide(20).own(2, "header.matter", 1),
    column(W::Level, Value).field("level").form(Short).choice(C::Level),
];

const CLAIMED: Column = column(W::Claimed, Value).field("claimed");
const APPROVED: Column = column(W::Approved, Value).need(Table).field("approved").form(Short).choice(C::Approved);

/// Its documents, how far it has come, and additions of other offices.
const DOCUMENTED: &[Column] = &[
    column(W::Document, Name).need(Approval).field("document").form(Text).wide(20).print(Print::Document),
    DOCUMENT_NUMBER.need(Approval).print(Print::Document),
    column(W::IssuedBy, Name).field("issued_by").form(Text).wide(14).print(Print::Document),
    column(W::DocumentDate, Value).need(Approval).field("date").form(Date).wide(11).print(Print::Document),
    STATUS,
    column(W::ApprovalNumber, Value).need(Approval).field("approval_number").form(Text).wide(14).print(APPROVAL),
    REMARK.field("remark").own(8, "header.remark", 1),
    LINKS,
    ORDINAL,
    column(W::Evidence, Evidence),
    column(W::VerifiedNote, Remarks),
    column(W::Date, Value),
    column(W::Contact, Remarks),
];

/// 加减分登记.
pub const ADJUSTMENTS: Schema = register(
    TableKind::Adjustments,
    "form.adjustments.note",
    &[
        MATTER,
        &[CLAIMED.form(Short).choice(C::Claimed).own(3, "header.claimed", 1), APPROVED.own(4, "header.approved", 1)],
        DOCUMENTED,
    ],
);

/// 事项登记.
pub const EVENTS: Schema = register(TableKind::Events, "form.events.note", &[MATTER, &[CLAIMED], DOCUMENTED]);

/// 等次审定; its form 等次审定表 repeats what was suggested.
pub const DECISIONS: Schema = register(
    TableKind::Decisions,
    "form.decisions.note",
    &[&[
        NUMBER,
        UNIT_CODE,
        UNIT,
        column(W::Grade, Value).need(Table).form(Short).choice(C::Grade).own(1, "header.grade", 1),
        column(W::OutsideQuota, Value).field("outside_quota").form(Short).choice(C::YesNo).own(
            3,
            "header.outside-quota",
            1,
        ),
        column(W::AboveCap, Value).field("above_cap").form(Short).choice(C::YesNo).own(4, "header.above-cap", 1),
        column(W::Clause, Remarks).field("clause").form(Text).own(2, "header.clause", 1),
        DOCUMENT_NUMBER.need(Approval).own(6, "header.document", 1),
        column(W::Date, Value).need(Approval).field("date").form(Date).wide(11).own(7, "header.date", 1),
        STATUS.own(5, "header.standing", 2),
        REMARK,
        LINKS,
        ORDINAL,
        column(W::Group, Name),
        column(W::Overall, Remarks),
        column(W::Rank, Remarks),
        column(W::SuggestedGrade, Remarks),
        column(W::Grounds, Remarks),
    ]],
);

/// 更正登记.
pub const CORRECTIONS: Schema = register(
    TableKind::Corrections,
    "form.corrections.note",
    &[&[
        NUMBER,
        UNIT_CODE,
        UNIT,
        column(W::Where, Value).need(Table).form(Text).wide(11).choice(C::Place).own(1, "header.target", 1),
        column(W::OldValue, Value).field("old").form(Short).own(3, "header.old", 1),
        column(W::NewValue, Value).need(Table).field("new").form(Short).own(4, "header.new", 1),
        column(W::Reason, Remarks).field("reason").form(Text).wide(20).own(2, "header.reason", 1),
        DOCUMENT_NUMBER.need(Approval).own(6, "header.document", 2),
        STATUS.own(5, "header.standing", 2),
        REMARK,
        LINKS,
        ORDINAL,
    ]],
);

/// 复核申请.
pub const APPEALS: Schema = register(
    TableKind::Appeals,
    "form.appeals.note",
    &[&[
        NUMBER,
        UNIT_CODE,
        UNIT,
        column(W::Where, Value).form(Text).wide(11).own(1, "header.target", 1),
        column(W::Request, Remarks).need(Table).field("request").form(Text).wide(20).own(2, "header.request", 3),
        column(W::ReceivedOn, Value).field("received").form(Date).wide(11).own(6, "header.received-on", 1),
        column(W::Conclusion, Value).field("conclusion").form(Text).wide(20).choice(C::Conclusion).own(
            3,
            "header.conclusion",
            1,
        ),
        column(W::HandledBy, Value).field("handled_by").form(Text).wide(12),
        DOCUMENT_NUMBER.own(5, "header.document", 1),
        REMARK,
        ORDINAL,
    ]],
);

/// 评议票处置. What a mark is to mean is not printed: only the register ties a mark to a rater.
pub const DISPOSITIONS: Schema = register(
    TableKind::Dispositions,
    "form.dispositions.note",
    &[&[
        NUMBER,
        column(W::FilePath, Value).need(Table).form(Text).wide(20),
        column(W::SheetName, Value).form(Text),
        column(W::Rater, Value).form(Text),
        UNIT_CODE,
        UNIT,
        column(W::Node, Name).form(Text),
        column(W::Mark, Value).need(Table).form(Text).own(1, "header.verdict", 1),
        column(W::Basis, Remarks).field("grounds").form(Text).wide(20).own(2, "header.basis", 3),
        DOCUMENT_NUMBER.need(Approval).own(5, "header.document", 1),
        STATUS.own(4, "header.standing", 2),
        REMARK,
        ORDINAL,
    ]],
);

/// 名额分配. Its rows name no unit: the group stands where other registers print the unit.
pub const PLACES: Schema = register(
    TableKind::Places,
    "form.places.note",
    &[&[
        NUMBER,
        column(W::Group, Name).form(Text).choice(C::Group),
        column(W::Schemes, Name).form(Text).choice(C::Scheme),
        column(W::Grade, Value).need(Table).form(Short).choice(C::LimitedGrade).own(1, "header.grade-or-better", 1),
        column(W::Places, Value).need(Table).form(Short).choice(C::Places).own(3, "header.places", 1),
        column(W::Basis, Remarks).field("grounds").form(Text).wide(20).own(2, "header.basis", 1),
        DOCUMENT_NUMBER.need(Approval).own(5, "header.document", 2),
        column(W::Date, Value).need(Approval).field("date").form(Date).wide(11).own(6, "header.date", 1),
        STATUS.own(4, "header.standing", 2),
        REMARK,
        ORDINAL,
    ]],
);
